package io.ruche.aiproxy.simulator;

import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One answer being written, as its behaviour asks. Confined to the connection's event loop. */
final class Answer {

  private static final int[] ODD_SIZES = {1, 2, 3, 5, 7, 11, 4};

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Behaviour behaviour;
  private final Seen seen;
  private final String model;
  private final @Nullable String refusal;
  private final @Nullable TokenLimit limit;
  private @Nullable List<Buffer> script;
  private int next;
  private int offset;
  private Buffer odd = Buffer.buffer();
  private List<JsonObject> deltas = List.of();
  private int content;
  private String finishReason = "stop";

  /**
   * An answer that is not begun.
   *
   * @param refusal the message of an error, where it is not the usual one
   * @param limit told in the headers, where there is one
   */
  Answer(
      Vertx vertx,
      HttpServerRequest request,
      Behaviour behaviour,
      Seen seen,
      String model,
      @Nullable String refusal,
      @Nullable TokenLimit limit) {
    this.refusal = refusal;
    this.limit = limit;
    this.vertx = vertx;
    this.request = request;
    this.response = request.response();
    this.behaviour = behaviour;
    this.seen = seen;
    this.model = model;
  }

  /** A whole completion. */
  void reply(Turn turn) {
    whole(GroqReplies.completion(model, turn, behaviour.padBytes()));
  }

  /** A whole body, or Groq's error object where the behaviour has an error status. */
  void whole(Buffer body) {
    if (behaviour.body() == Behaviour.Body.NOT_HTTP) {
      noHttp();
      return;
    }
    if (behaviour.cut() == 0) {
      cut();
      return;
    }
    if (behaviour.stall() == 0) {
      return;
    }
    head(contentType());
    Buffer bytes = bytes(body);
    if (behaviour.chunked()) {
      response.setChunked(true);
    } else {
      response.putHeader("content-length", Integer.toString(bytes.length()));
    }
    int most = Math.max(behaviour.cut(), behaviour.stall());
    if (most > 0 && most < bytes.length()) {
      write(bytes.slice(0, most));
      if (behaviour.cut() > 0) {
        cut();
      }
    } else {
      write(bytes);
      end();
    }
  }

  /** Goes past the HTTP encoder, which would not write it. Nobody waits for the bytes to be out. */
  @SuppressWarnings("FutureReturnValueIgnored")
  private void noHttp() {
    ((ConnectionBase) request.connection())
        .channel()
        .pipeline()
        .firstContext()
        .writeAndFlush(Unpooled.copiedBuffer("no HTTP at all\r\n\r\n", StandardCharsets.US_ASCII));
  }

  private Buffer bytes(Buffer body) {
    return switch (behaviour.body()) {
      case GROQ -> behaviour.status() >= 400 ? error() : body;
      case HTML -> Buffer.buffer("<html><body>502 Bad Gateway</body></html>");
      case GARBAGE -> Buffer.buffer(new byte[] {0, (byte) 0xff, (byte) 0xfe, '{', 1, 2, 3});
      case EMPTY, NOT_HTTP -> Buffer.buffer();
    };
  }

  private String contentType() {
    return behaviour.body() == Behaviour.Body.HTML ? "text/html" : "application/json";
  }

  private Buffer error() {
    int status = behaviour.status();
    String code = behaviour.code();
    return GroqReplies.error(
        status,
        code == null ? GroqReplies.usualCode(status) : code,
        refusal == null ? GroqReplies.usualMessage(status) : refusal);
  }

  private void head(String contentType) {
    response.setStatusCode(behaviour.status()).putHeader("content-type", contentType);
    GroqReplies.limits(response.headers());
    if (limit != null) {
      limit.tell(response.headers());
    }
    String retryAfter = behaviour.retryAfter();
    if (retryAfter != null) {
      response.putHeader("retry-after", retryAfter);
    }
    if (behaviour.close()) {
      response.putHeader("connection", "close");
    }
  }

  /** Server-sent events, with back-pressure. */
  void stream(Turn turn) {
    finishReason = turn.finishReason();
    deltas = turn.free() ? List.of() : turn.deltas();
    content = turn.free() ? behaviour.tokens() : deltas.size();
    if (behaviour.cut() == 0) {
      cut();
      return;
    }
    head("text/event-stream");
    response.setChunked(true);
    if (behaviour.odd()) {
      for (int i = 0; i < pieces(); i++) {
        odd.appendBuffer(event(i));
      }
    }
    response.drainHandler(v -> flow());
    flow();
  }

  /** Pieces one after another, with back-pressure, cut and stalled as the behaviour asks. */
  void pieces(String contentType, List<Buffer> pieces) {
    script = pieces;
    if (behaviour.cut() == 0) {
      cut();
      return;
    }
    head(contentType);
    response.setChunked(true);
    if (behaviour.odd()) {
      pieces.forEach(odd::appendBuffer);
    }
    response.drainHandler(v -> flow());
    flow();
  }

  /** A whole body of another type than JSON. */
  void plain(String contentType, Buffer body) {
    head(contentType);
    response.putHeader("content-length", Integer.toString(body.length()));
    write(body);
    end();
  }

  private void flow() {
    while (!response.closed()) {
      if (next == behaviour.cut()) {
        cut();
        return;
      }
      if (next == behaviour.stall()) {
        return;
      }
      if (behaviour.odd() ? offset == odd.length() : next == pieces()) {
        end();
        return;
      }
      write(behaviour.odd() ? slice() : event(next));
      next++;
      if (behaviour.gapMillis() > 0) {
        vertx.setTimer(behaviour.gapMillis(), id -> flow());
        return;
      }
      if (response.writeQueueFull()) {
        return;
      }
    }
  }

  /** The opening, the content, the one with the usage, and {@code [DONE]}. */
  private int pieces() {
    return script == null ? content + 3 : script.size();
  }

  private Buffer event(int index) {
    if (script != null) {
      return script.get(index);
    }
    if (index == 0) {
      return GroqReplies.opening(model);
    }
    if (index <= content) {
      return deltas.isEmpty()
          ? GroqReplies.token(model, behaviour.padBytes())
          : GroqReplies.piece(model, deltas.get(index - 1));
    }
    return index == content + 1 ? GroqReplies.ending(model, finishReason) : GroqReplies.done();
  }

  private Buffer slice() {
    int end = Math.min(odd.length(), offset + ODD_SIZES[next % ODD_SIZES.length]);
    Buffer slice = odd.slice(offset, end);
    offset = end;
    return slice;
  }

  private void cut() {
    seen.cut();
    request.connection().close();
  }

  private void write(Buffer bytes) {
    seen.sent(bytes);
    if (bytes.length() > 0) {
      response.write(bytes);
    }
  }

  private void end() {
    seen.ended();
    response.end();
  }
}
