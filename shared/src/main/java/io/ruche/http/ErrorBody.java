package io.ruche.http;

import io.vertx.core.buffer.Buffer;

/**
 * The shape in which a group of paths tells its failures, such as problem JSON or the error object
 * of an API that Ruche speaks. Stateless, and called on event loops.
 */
public interface ErrorBody {

  /** The value of Content-Type. */
  String contentType();

  /**
   * The body that tells a failure.
   *
   * @param requestId the id that the response and the log carry as well
   * @param path the path that was asked, percent-encoded as it came, without the query
   */
  Buffer encode(Failure failure, String requestId, String path);
}
