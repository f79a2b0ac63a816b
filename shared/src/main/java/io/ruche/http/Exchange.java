package io.ruche.http;

import io.ruche.metrics.Span;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, as far as ids, log, metrics and traces need to know it. Confined to
 * the event loop of its connection.
 */
public final class Exchange {

  /** The header that carries the request id both ways. */
  public static final CharSequence REQUEST_ID_HEADER = HttpHeaders.createOptimized("X-Request-Id");

  /** The route of requests that matched none. */
  static final String UNMATCHED = "unmatched";

  private static final String KEY = "ruche.exchange";
  private static final int MAX_ID_LENGTH = 64;
  private static final String ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

  private final String requestId;
  private final long startedNanos;
  private final Span span;
  private String route = UNMATCHED;
  private @Nullable String tenant;
  private @Nullable String client;
  private @Nullable Throwable fault;

  Exchange(HttpServerRequest request, Span span) {
    this.requestId = idOf(request);
    this.startedNanos = System.nanoTime();
    this.span = span;
  }

  /** The exchange that a handler is answering. */
  public static Exchange of(RoutingContext ctx) {
    return Objects.requireNonNull(find(ctx), "the route was not registered through Routes");
  }

  /** The exchange, or null where the route was not registered through {@link Routes}. */
  public static @Nullable Exchange find(RoutingContext ctx) {
    return ctx.get(KEY);
  }

  void attach(RoutingContext ctx) {
    ctx.put(KEY, this);
  }

  /**
   * The caller's X-Request-Id where it is 1 to 64 of {@code [A-Za-z0-9._-]}, else one minted here.
   */
  public String requestId() {
    return requestId;
  }

  /** The span of this exchange; its traceparent goes with whatever the handler asks of others. */
  public Span span() {
    return span;
  }

  /** Names who is asking, for the access log: set once the key is known. */
  public void client(String tenant, String name) {
    this.tenant = tenant;
    this.client = tenant + "." + name;
  }

  /** The tenant who asks, or null before the key is known. */
  public @Nullable String tenant() {
    return tenant;
  }

  /** {@code tenant.client}, or null before the key is known. */
  public @Nullable String client() {
    return client;
  }

  /** Nanoseconds since the request head was read. */
  public long elapsedNanos() {
    return System.nanoTime() - startedNanos;
  }

  String route() {
    return route;
  }

  void route(String template) {
    this.route = template;
  }

  @Nullable Throwable fault() {
    return fault;
  }

  void fault(Throwable cause) {
    this.fault = cause;
  }

  /** The id of a request that got no exchange, because its head could not be read. */
  static String idOf(HttpServerRequest request) {
    String presented = request.getHeader(REQUEST_ID_HEADER);
    return presented != null && isId(presented) ? presented : mintId();
  }

  private static boolean isId(String text) {
    if (text.isEmpty() || text.length() > MAX_ID_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean ok =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == '-';
      if (!ok) {
        return false;
      }
    }
    return true;
  }

  /** 24 characters, 120 random bits: unique, and not a secret. */
  static String mintId() {
    char[] id = new char[24];
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int half = 0; half < 2; half++) {
      long bits = random.nextLong();
      for (int i = 0; i < 12; i++) {
        id[half * 12 + i] = ID_ALPHABET.charAt((int) (bits & 31));
        bits >>>= 5;
      }
    }
    return new String(id);
  }
}
