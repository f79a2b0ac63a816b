package io.ruche.aiproxy.upstream;

import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/** How a call ended whose answer was read to its end. */
public sealed interface UpstreamReply {

  /** The provider answered, well or not. */
  record Answered(int status, MultiMap headers, Buffer body) implements UpstreamReply {}

  /** It did not; the failure's code is one of {@link UpstreamFault}. */
  record Unanswered(Failure failure) implements UpstreamReply {}

  /** The provider answered at more length than is kept; asking again would bill again. */
  record TooLong(long limitBytes) implements UpstreamReply {}
}
