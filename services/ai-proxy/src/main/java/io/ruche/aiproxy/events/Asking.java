package io.ruche.aiproxy.events;

import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.bus.Command;
import io.ruche.bus.Outcome;
import io.ruche.http.Failure;
import java.util.concurrent.TimeoutException;

/** Does what a command asks of a model, whatever the operation. */
public interface Asking {

  /** Makes a request when it may go, and not before. */
  @FunctionalInterface
  interface Preparation {

    /**
     * The request.
     *
     * @throws Failure that says why there is none: with a time to wait, or for good
     * @throws TimeoutException when it did not end in any way
     */
    ModelRequest prepare() throws TimeoutException;
  }

  /**
   * Lets the request in under the limits of who commands it, sends it, and waits for the end.
   *
   * @throws TimeoutException when it did not end in any way
   */
  default Outcome ask(Command command, ModelRequest request) throws TimeoutException {
    return ask(command, request.model(), request.leastTokens(), () -> request);
  }

  /**
   * The same for a request that costs something to make, and is not made while it would only wait.
   *
   * @param model that it names
   * @param tokens about the fewest that it takes from a provider's limits
   * @throws TimeoutException when it did not end in any way
   */
  Outcome ask(Command command, String model, long tokens, Preparation preparation)
      throws TimeoutException;
}
