package io.ruche.aiproxy.form;

import io.ruche.http.Failure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * How long a form may be.
 *
 * @param setting that says so, as in {@code max-audio in ai-proxy.yaml}
 */
public record FormLimit(long bytes, String setting) {

  /**
   * The length that a request declares; -1 when it declares none.
   *
   * @throws Failure 413 when it is longer
   */
  public long declared(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (header == null) {
      return -1;
    }
    // The decoder has refused what is no number; one of 19 digits may not be a long.
    long length = header.length() > 18 ? Long.MAX_VALUE : Long.parseLong(header);
    if (length > bytes) {
      throw exceeded();
    }
    return length;
  }

  /** 413: a form is longer. */
  public Failure exceeded() {
    return Failure.payloadTooLarge(
        "The form is longer than the limit of "
            + bytes
            + " bytes ("
            + setting
            + " in ai-proxy.yaml).");
  }
}
