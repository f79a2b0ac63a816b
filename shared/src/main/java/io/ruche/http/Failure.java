package io.ruche.http;

import java.time.Duration;
import java.util.Map;

/** A request that ends with an error: its status, a closed code word, and a detail for people. */
public final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, String> headers;

  public Failure(int status, String code, String detail, Map<String, String> headers) {
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.headers = Map.copyOf(headers);
  }

  public static Failure unauthorized(String detail) {
    return new Failure(401, "unauthorized", detail, Map.of());
  }

  public static Failure forbidden(String detail) {
    return new Failure(403, "forbidden", detail, Map.of());
  }

  public static Failure tooManyRequests(String detail, Duration retryAfter) {
    return new Failure(429, "too_many_requests", detail, retryHeader(retryAfter));
  }

  public static Failure unavailable(String detail, Duration retryAfter) {
    return new Failure(503, "unavailable", detail, retryHeader(retryAfter));
  }

  private static Map<String, String> retryHeader(Duration after) {
    return Map.of("Retry-After", Long.toString(Math.max(1, (after.toMillis() + 999) / 1000)));
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  public Map<String, String> headers() {
    return headers;
  }
}
