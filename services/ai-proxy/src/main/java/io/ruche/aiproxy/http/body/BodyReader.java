package io.ruche.aiproxy.http.body;

import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads a JSON request body into memory, up to a limit, without changing a byte of it. */
public final class BodyReader {

  private static final long MOST_EXPECTED = 1 << 20;

  private final LongSupplier maxBytes;

  /**
   * A reader.
   *
   * @param maxBytes the longest body that is accepted, now
   */
  public BodyReader(LongSupplier maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Hands the whole body over once it is there, or fails the context: 413 past the limit, 415 for
   * what is not plain JSON. Nothing is reserved for a length that is only announced.
   */
  public void read(RoutingContext ctx, Handler<Buffer> whole) {
    HttpServerRequest request = ctx.request();
    Failure refusal = refusal(request);
    if (refusal != null) {
      request.resume();
      ctx.fail(refusal);
      return;
    }
    if (request.getHeader(HttpHeaders.EXPECT) != null) {
      ctx.response().writeContinue();
    }
    Body body = new Body(ctx, whole, maxBytes.getAsLong());
    request.handler(body).endHandler(body::end);
    request.resume();
  }

  private @Nullable Failure refusal(HttpServerRequest request) {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return Failure.unsupportedMediaType(
          "The body has the Content-Encoding " + quoted(encoding) + "; send it uncompressed.");
    }
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type != null && !isJson(type)) {
      return Failure.unsupportedMediaType(
          "The body has the Content-Type " + quoted(type) + "; send application/json in UTF-8.");
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    long limit = maxBytes.getAsLong();
    return length != null && isOver(limit, length) ? tooLarge(limit) : null;
  }

  private static boolean isJson(String contentType) {
    if (contentType.equals("application/json")) {
      return true;
    }
    List<String> parts = List.of(contentType.toLowerCase(Locale.ROOT).split(";"));
    return parts.get(0).strip().equals("application/json")
        && parts.stream()
            .skip(1)
            .map(part -> part.strip().replace("\"", ""))
            .allMatch(part -> !part.startsWith("charset=") || part.equals("charset=utf-8"));
  }

  /** The decoder has refused lengths that are not numbers; one of 19 digits may not be a long. */
  private static boolean isOver(long limit, String length) {
    return length.length() > 18 || Long.parseLong(length) > limit;
  }

  private static Failure tooLarge(long limit) {
    return Failure.payloadTooLarge(
        "The body is longer than the limit of " + limit + " bytes (max-body in ai-proxy.yaml).");
  }

  private static String quoted(String header) {
    return '\'' + (header.length() > 100 ? header.substring(0, 100) + "..." : header) + '\'';
  }

  /** One body on its way in. A body that came in one piece is handed over as that piece. */
  private static final class Body implements Handler<Buffer> {

    private final RoutingContext ctx;
    private final Handler<Buffer> whole;
    private final long limit;
    private @Nullable Buffer first;
    private @Nullable Buffer joined;
    private long length;

    Body(RoutingContext ctx, Handler<Buffer> whole, long limit) {
      this.ctx = ctx;
      this.whole = whole;
      this.limit = limit;
    }

    @Override
    public void handle(Buffer piece) {
      boolean tooLargeAlready = length > limit;
      length += piece.length();
      if (length > limit) {
        first = null;
        joined = null;
        if (!tooLargeAlready) {
          ctx.fail(tooLarge(limit));
        }
      } else if (first == null) {
        first = piece;
      } else {
        if (joined == null) {
          joined = Buffer.buffer(expected()).appendBuffer(first);
        }
        joined.appendBuffer(piece);
      }
    }

    /** As long as the client says, but no more than is nothing to lose on one that lies. */
    private int expected() {
      String told = ctx.request().getHeader(HttpHeaders.CONTENT_LENGTH);
      return told == null ? 0 : (int) Math.min(MOST_EXPECTED, Long.parseLong(told));
    }

    void end(Void v) {
      if (length <= limit) {
        whole.handle(joined != null ? joined : first != null ? first : Buffer.buffer());
      }
    }
  }
}
