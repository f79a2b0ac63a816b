package io.ruche.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one failure type: what a caller did wrong or what is wrong here, as an HTTP status, a code
 * that programs can switch on, and a sentence for people. It is an expected answer, so it carries
 * no stack trace of its own.
 *
 * <p>The detail is shown to the caller: it says what was wrong, where, and what would be right, and
 * never carries a secret or an internal.
 */
public final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * One thing wrong with a request: where ("/messages/0/role" in the body, "query limit") and what,
   * with what would be right.
   */
  public record Flaw(String where, String detail) {}

  private final int status;
  private final String code;
  private final String title;
  private final transient Map<String, String> headers;
  private final transient List<Flaw> flaws;

  private Failure(
      int status,
      String code,
      String title,
      String detail,
      Map<String, String> headers,
      List<Flaw> flaws,
      @Nullable Throwable cause) {
    super(detail, cause, false, false);
    this.status = status;
    this.code = code;
    this.title = title;
    this.headers = Map.copyOf(headers);
    this.flaws = List.copyOf(flaws);
  }

  /**
   * A failure with a code of its own.
   *
   * @param status an HTTP status, 400 to 599
   * @param code a snake_case word that never changes its meaning
   * @param title what the code means, the same for every failure with this code
   * @param detail what was wrong this time, where, and what would be right
   */
  public static Failure of(int status, String code, String title, String detail) {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("a failure has a status of 400 to 599, not " + status);
    }
    return new Failure(status, code, title, detail, Map.of(), List.of(), null);
  }

  /** 400: the request cannot be understood. */
  public static Failure badRequest(String detail) {
    return of(400, "bad_request", "The request cannot be understood", detail);
  }

  /** 401: no key, or one that is not valid; names the scheme that is. */
  public static Failure unauthorized(String detail) {
    return of(401, "unauthorized", "A valid API key is needed", detail)
        .withHeader("WWW-Authenticate", "Bearer");
  }

  /** 403: the key is valid and may not do this. */
  public static Failure forbidden(String detail) {
    return of(403, "forbidden", "The API key may not do this", detail);
  }

  /** 404: there is nothing here. */
  public static Failure notFound(String detail) {
    return of(404, "not_found", "There is nothing here", detail);
  }

  /** 405: the path exists, for the given methods. */
  public static Failure methodNotAllowed(String detail, String allow) {
    return of(405, "method_not_allowed", "The path has no such method", detail)
        .withHeader("Allow", allow);
  }

  /** 408: the request came too slowly. */
  public static Failure requestTimeout(String detail) {
    return of(408, "request_timeout", "The request came too slowly", detail);
  }

  /** 409: the request contradicts the present state. */
  public static Failure conflict(String detail) {
    return of(409, "conflict", "The request contradicts the present state", detail);
  }

  /** 413: the body is longer than the limit, which the detail names. */
  public static Failure payloadTooLarge(String detail) {
    return of(413, "payload_too_large", "The body is too large", detail);
  }

  /** 415: the content type is not one the path reads. */
  public static Failure unsupportedMediaType(String detail) {
    return of(415, "unsupported_media_type", "The content type is not accepted here", detail);
  }

  /** 422: the request is well-formed and its values are not valid. */
  public static Failure unprocessable(String detail) {
    return unprocessable(detail, List.of());
  }

  /** 422 with every flaw that was found, at most a handful. */
  public static Failure unprocessable(String detail, List<Flaw> flaws) {
    return of(422, "unprocessable", "The request has values that are not valid", detail)
        .withFlaws(flaws);
  }

  /** 429: a limit is used up for the given time. */
  public static Failure tooManyRequests(String detail, Duration retryAfter) {
    return of(429, "too_many_requests", "A limit is used up", detail).withRetryAfter(retryAfter);
  }

  /** 500: a fault here, of which the caller learns no more than that. */
  public static Failure internal() {
    return of(
        500,
        "internal",
        "Something went wrong here",
        "The server could not answer this request. Its log has the reason under this request id.");
  }

  /**
   * 503: something this needs is away; the detail says what, and how to mend it when that is known.
   */
  public static Failure unavailable(String detail, Duration retryAfter) {
    return unavailable(detail).withRetryAfter(retryAfter);
  }

  /** 503 that waiting does not mend, such as a setting that is missing. */
  public static Failure unavailable(String detail) {
    return of(503, "unavailable", "Not available now", detail);
  }

  /** The HTTP status, 400 to 599. */
  public int status() {
    return status;
  }

  /** A snake_case word that never changes its meaning. */
  public String code() {
    return code;
  }

  /** What the code means; the same for every failure with this code. */
  public String title() {
    return title;
  }

  /** What was wrong this time, where, and what would be right. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** Response headers that belong to the failure, such as Retry-After. */
  public Map<String, String> headers() {
    return headers;
  }

  /** Everything found wrong with the request when there can be several, in the order found. */
  public List<Flaw> flaws() {
    return flaws;
  }

  /** The same failure with one more response header. */
  public Failure withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Failure(status, code, title, detail(), more, flaws, getCause());
  }

  /** The same failure with the flaws that make it up. */
  public Failure withFlaws(List<Flaw> found) {
    return new Failure(status, code, title, detail(), headers, found, getCause());
  }

  /** The same failure with the fault behind it, for the log; a caller never sees it. */
  public Failure withCause(Throwable cause) {
    return new Failure(status, code, title, detail(), headers, flaws, cause);
  }

  /** The same failure with Retry-After in whole seconds, rounded up, at least 1. */
  public Failure withRetryAfter(Duration wait) {
    long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    return withHeader("Retry-After", Long.toString(seconds));
  }
}
