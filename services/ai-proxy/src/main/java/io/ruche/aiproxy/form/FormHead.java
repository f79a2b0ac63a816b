package io.ruche.aiproxy.form;

import io.ruche.http.Failure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the headers of a request say of the form that follows.
 *
 * @param length -1 when none is declared
 */
public record FormHead(String contentType, String boundary, long length) {

  private static final Pattern BOUNDARY =
      Pattern.compile("(?i);\\s*boundary\\s*=\\s*(?:\"([^\"\r\n]{1,200})\"|([^\\s;\"]{1,200}))");

  /**
   * Reads them.
   *
   * @param fields that the form has to have, as in "model and file"
   * @throws Failure 415 when no form follows, 413 when it is longer than the limit
   */
  public static FormHead read(HttpServerRequest request, String fields, FormLimit limit) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    Matcher boundary = BOUNDARY.matcher(type == null ? "" : type);
    if (type == null
        || !type.regionMatches(true, 0, "multipart/form-data", 0, 19)
        || !boundary.find()) {
      throw Failure.unsupportedMediaType(
          "The Content-Type must be multipart/form-data with its boundary: a form with the fields "
              + fields
              + ".");
    }
    long length = length(request);
    if (length > limit.bytes()) {
      throw limit.exceeded();
    }
    String name = boundary.group(1) != null ? boundary.group(1) : boundary.group(2);
    return new FormHead(type, name, length);
  }

  /** -1 when none is declared; the decoder has refused what is no number. */
  private static long length(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      return -1;
    }
    return length.length() > 18 ? Long.MAX_VALUE : Long.parseLong(length);
  }
}
