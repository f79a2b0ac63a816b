package io.ruche.aiproxy.http;

import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.operation.AnswerType;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Transfer;
import io.ruche.aiproxy.upstream.UpstreamFault;
import io.ruche.http.Exchange;
import io.ruche.http.Failure;
import io.ruche.http.openai.OpenAiErrors;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One provider's answer on its way to one client, byte for byte. Server-sent events and sound go
 * out piece by piece as they come. Other answers are held until they are complete, so that a
 * failure on the way can still be told with a status of its own; past {@link #HOLD_BYTES} they go
 * out piece by piece too. A client that leaves cancels the call; one that reads slowly slows it
 * down.
 */
final class Relay implements Reader {

  /** Says which provider answered. */
  static final CharSequence PROVIDER = HttpHeaders.createOptimized("x-ruche-provider");

  /** Milliseconds that the request spent here and not at the provider. */
  private static final CharSequence OVERHEAD = HttpHeaders.createOptimized("x-ruche-overhead-ms");

  private static final int HOLD_BYTES = 64 * 1024;
  private static final long READ_ERROR_MILLIS = 500;

  private final RoutingContext ctx;
  private final HttpServerResponse response;
  private final @Nullable Decision decision;
  private final AnswerType type;
  private @Nullable Transfer call;
  private @Nullable MultiMap headers;
  private @Nullable Buffer held;
  private int status;
  private boolean events;
  private boolean atOnce;
  private boolean flowing;
  private boolean joined;
  private long beforeNanos;
  private long heardNanos;

  private Relay(RoutingContext ctx, @Nullable Decision decision, AnswerType type) {
    this.ctx = ctx;
    this.decision = decision;
    this.type = type;
    this.response = ctx.response();
  }

  /**
   * Makes the call and relays its answer, unless the client has left already.
   *
   * @param decision that let the request in, for the headers of the answer; null for none
   * @param type of a good answer that is no stream of events
   */
  static void start(
      RoutingContext ctx,
      @Nullable Decision decision,
      AnswerType type,
      Function<Reader, Transfer> caller) {
    if (!ctx.response().closed()) {
      Relay relay = new Relay(ctx, decision, type);
      ctx.addEndHandler(ended -> relay.left(ended.failed()));
      Exchange exchange = Exchange.find(ctx);
      try {
        relay.call = caller.apply(relay);
      } catch (RuntimeException fault) {
        ctx.fail(fault);
        return;
      }
      relay.beforeNanos = exchange == null ? 0 : exchange.elapsedNanos();
    }
  }

  private void left(boolean early) {
    if (early && call != null) {
      call.cancel();
    }
  }

  @Override
  public @Nullable String traceparent() {
    Exchange exchange = Exchange.find(ctx);
    return exchange == null ? null : exchange.span().traceparent();
  }

  @Override
  public void from(Target target) {
    response.putHeader(PROVIDER, target.provider().name());
  }

  @Override
  public void head(int status, MultiMap headers) {
    this.status = status;
    this.headers = headers;
    String contentType = headers.get(HttpHeaders.CONTENT_TYPE);
    this.events = contentType != null && contentType.startsWith("text/event-stream");
    this.atOnce = events || ((type == AnswerType.AUDIO || type == AnswerType.FILE) && status < 300);
    String refusal = refusal(contentType);
    if (refusal != null) {
      cancel();
      ctx.fail(UpstreamFault.INVALID_REPLY.failure(refusal));
    }
  }

  /** Errors are looked at once they are complete; successes must at least claim to be answers. */
  private @Nullable String refusal(@Nullable String contentType) {
    if (status > 599) {
      return "The provider answered " + status + ", which is no HTTP status.";
    }
    if (status >= 300 && status < 400) {
      return "The provider answered "
          + status
          + ", a redirect; its base-url in ai-proxy.yaml must be the final address.";
    }
    if (status < 300 && !events && contentType != null && !type.is(contentType)) {
      return "The provider answered with "
          + contentType
          + " instead of "
          + type.noun()
          + "; its base-url in ai-proxy.yaml may be that of a web page.";
    }
    return null;
  }

  private void cancel() {
    if (call != null) {
      call.cancel();
    }
  }

  @Override
  public void piece(Buffer bytes) {
    heardNanos = System.nanoTime();
    if (flowing) {
      write(bytes);
    } else if (atOnce) {
      flow(bytes);
    } else {
      hold(bytes);
    }
  }

  private void hold(Buffer bytes) {
    Buffer before = held;
    if (before == null) {
      held = bytes;
    } else {
      // The first piece is Vert.x's own buffer; only a copy of it may grow.
      held = joined ? before : Buffer.buffer().appendBuffer(before);
      held.appendBuffer(bytes);
      joined = true;
    }
    if (held.length() > HOLD_BYTES) {
      Buffer first = held;
      held = null;
      flow(first);
    }
  }

  private void flow(Buffer first) {
    flowing = true;
    writeHead();
    String length = headers == null ? null : headers.get(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, length);
    } else {
      response.setChunked(true);
    }
    if (events) {
      response
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
          .putHeader("X-Accel-Buffering", "no");
    }
    write(first);
  }

  private void write(Buffer bytes) {
    response.write(bytes);
    if (response.writeQueueFull() && call != null) {
      call.pause();
      response.drainHandler(v -> drained());
    }
  }

  private void drained() {
    if (call != null) {
      call.resume();
    }
  }

  /** With microseconds: {@code 0.412}. */
  private static String millis(long nanos) {
    long micros = nanos / 1_000;
    String fraction = Long.toString(1_000 + micros % 1_000);
    return micros / 1_000 + "." + fraction.substring(1);
  }

  private void writeHead() {
    response.setStatusCode(status);
    if (beforeNanos > 0) {
      long nanos = beforeNanos + System.nanoTime() - heardNanos;
      response.putHeader(OVERHEAD, millis(nanos));
      if (call != null) {
        call.overhead(nanos);
      }
    }
    if (headers != null) {
      ReplyHeaders.copy(headers, response);
    }
    if (decision != null) {
      LimitHeaders.write(decision, response.headers());
    }
  }

  @Override
  public void end() {
    heardNanos = System.nanoTime();
    if (flowing) {
      response.end();
      closeUnframed();
    } else {
      Buffer whole = held == null ? Buffer.buffer() : held;
      if (status >= 400 && !OpenAiErrors.isErrorObject(whole)) {
        replaceError(whole);
      } else {
        writeHead();
        response.end(whole);
      }
    }
  }

  /** HTTP/1.0 has no pieces: without a length only the end of the connection ends the body. */
  private void closeUnframed() {
    if (ctx.request().version() == HttpVersion.HTTP_1_0) {
      ctx.request().connection().close();
    }
  }

  /** A provider's status in OpenAI's shape, when what came with it is a proxy's page or nothing. */
  private void replaceError(Buffer whole) {
    String type = headers == null ? null : headers.get(HttpHeaders.CONTENT_TYPE);
    Failure failure =
        UpstreamFault.INVALID_REPLY.failure(
            status,
            "The provider answered "
                + status
                + " without an OpenAI error object ("
                + whole.length()
                + " bytes of "
                + (type == null ? "unknown type" : type)
                + ").");
    String retryAfter = headers == null ? null : headers.get(HttpHeaders.RETRY_AFTER);
    ctx.fail(retryAfter == null ? failure : failure.withHeader("Retry-After", retryAfter));
  }

  @Override
  public void failed(Failure failure) {
    if (!flowing) {
      ctx.fail(failure);
    } else if (events) {
      // The blank line ends an event that was cut in its middle. There is no [DONE] after this.
      response.write(
          Buffer.buffer("\n\ndata: ")
              .appendBuffer(OpenAiErrors.encode(failure))
              .appendString("\n\n"));
      // Some clients skip an event that is an error, and would take the half answer for a whole
      // one.
      // So the body never reaches its end; the others have time to read the error first.
      ctx.vertx().setTimer(READ_ERROR_MILLIS, id -> response.reset());
    } else {
      // Only a connection that closes before the promised end tells a half answer from a whole one.
      response.reset();
    }
  }
}
