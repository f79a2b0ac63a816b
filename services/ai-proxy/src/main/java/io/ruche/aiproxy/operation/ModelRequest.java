package io.ruche.aiproxy.operation;

import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.usage.Usage;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;

/** One request to a model, whatever the operation. */
public interface ModelRequest {

  /** What is asked. */
  Operation operation();

  /** Which model is asked, as the client names it. */
  String model();

  /** Whether the answer is to come in pieces, as server-sent events. */
  boolean stream();

  /**
   * The most that it may use, which is reserved before it is sent.
   *
   * @param usualOutput tokens of an answer for which the request names no most
   */
  Usage most(long usualOutput);

  /** The same for targets that are known, and may be known to read what others do not. */
  default Usage most(long usualOutput, Route route) {
    return most(usualOutput);
  }

  /** About the fewest tokens that it takes from a provider's limits. */
  long leastTokens();

  /** What finds out how much it used. */
  Meter meter();

  /** Whether the target is asked to tell the usage in a piece that the client did not ask for. */
  default boolean addsUsage(Target target) {
    return false;
  }

  /** Whether its body is still whole, so that it can be sent to one more target. */
  default boolean canBeSent() {
    return true;
  }

  /**
   * Sends the body, and what describes it, on a request whose path and key are set already.
   *
   * @return the head of the answer
   */
  Future<HttpClientResponse> send(HttpClientRequest opened, Target target, Progress progress);
}
