package io.ruche.aiproxy.upstream;

import io.ruche.aiproxy.routing.Target;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a provider's answer as it comes: one head, pieces in order, one end; or, at any point
 * before the end, one failure and nothing after it. Called on the context of the call.
 */
public interface Reader {

  /** The W3C traceparent of what the answer is part of; null for nothing. */
  default @Nullable String traceparent() {
    return null;
  }

  /** Who answers, before the head; not told when nobody does. */
  default void from(Target target) {}

  /** The status and headers, before any piece. */
  void head(int status, MultiMap headers);

  /** The next bytes of the body, as they came off the wire. */
  void piece(Buffer bytes);

  /** The body is complete. */
  void end();

  /** The call is over without a complete answer; the code is one of {@link UpstreamFault}. */
  void failed(Failure failure);
}
