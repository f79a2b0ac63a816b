package io.ruche.aiproxy.events;

import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.bus.Command;
import io.ruche.bus.Outcome;
import java.util.concurrent.TimeoutException;

/** Does what a command asks of a model, whatever the operation. */
@FunctionalInterface
public interface Asking {

  /**
   * Lets the request in under the limits of who commands it, sends it, and waits for the end.
   *
   * @throws TimeoutException when it did not end in any way
   */
  Outcome ask(Command command, ModelRequest request) throws TimeoutException;
}
