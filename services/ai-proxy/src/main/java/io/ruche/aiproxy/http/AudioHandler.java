package io.ruche.aiproxy.http;

import io.ruche.aiproxy.audio.AudioRequest;
import io.ruche.aiproxy.form.FlowingBody;
import io.ruche.aiproxy.form.FormKind;
import io.ruche.aiproxy.form.FormLimit;
import io.ruche.aiproxy.form.FormType;
import io.ruche.aiproxy.form.HeldBody;
import io.ruche.aiproxy.form.MultipartScan;
import io.ruche.aiproxy.form.Spool;
import io.ruche.aiproxy.form.SpooledBody;
import io.ruche.aiproxy.form.UploadBody;
import io.ruche.aiproxy.gateway.Admitted;
import io.ruche.aiproxy.gateway.Ask;
import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.http.body.WatchedStream;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.auth.web.KeyHandler;
import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/audio/transcriptions} and {@code /translations}: a form with sound, which is not
 * read into memory. Where the field model comes before the file, the form goes on to the target
 * while it comes; else it waits on disk until the model is known. A short one is held, so that a
 * target that fails can be followed by another.
 */
public final class AudioHandler implements Handler<RoutingContext> {

  private static final int HOLD_BYTES = 256 * 1024;

  private final Operation operation;
  private final Gateway gateway;
  private final Spool spool;
  private final LongSupplier mostBytes;
  private final Duration longestSilence;

  /**
   * A handler for one event loop.
   *
   * @param gateway of that event loop
   * @param mostBytes the longest form that is accepted, now
   * @param longestSilence of a client in the middle of its form
   */
  public AudioHandler(
      Operation operation,
      Gateway gateway,
      Spool spool,
      LongSupplier mostBytes,
      Duration longestSilence) {
    this.operation = operation;
    this.gateway = gateway;
    this.spool = spool;
    this.mostBytes = mostBytes;
    this.longestSilence = longestSilence;
  }

  @Override
  public void handle(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    FormLimit limit = new FormLimit(mostBytes.getAsLong(), "max-audio");
    try {
      FormType type = FormType.read(FormKind.AUDIO, request.getHeader(HttpHeaders.CONTENT_TYPE));
      new Form(ctx, type, limit.declared(request), limit).read();
    } catch (Failure refusal) {
      request.resume();
      ctx.fail(refusal);
    }
  }

  /** One form on its way in. Confined to the context of its request. */
  private final class Form {

    private final RoutingContext ctx;
    private final WatchedStream request;
    private final FormType type;
    private final MultipartScan scan;
    private final long length;
    private final FormLimit limit;
    private final Buffer head = Buffer.buffer();
    private @Nullable SpooledBody spooled;
    private @Nullable Admitted admitted;
    private boolean over;

    Form(RoutingContext ctx, FormType type, long length, FormLimit limit) {
      this.ctx = ctx;
      this.request = new WatchedStream(ctx.vertx(), ctx.request(), longestSilence);
      this.type = type;
      this.scan = type.scan();
      this.length = length;
      this.limit = limit;
    }

    void read() {
      if (ctx.request().getHeader(HttpHeaders.EXPECT) != null) {
        ctx.response().writeContinue();
      }
      ctx.addEndHandler(ended -> request.stop());
      request.handler(this::piece).endHandler(v -> end()).exceptionHandler(this::fail);
      request.resume();
    }

    private void piece(Buffer bytes) {
      if (over) {
        return;
      }
      try {
        scan.feed(bytes.getBytes());
        if (scan.bytes() > limit.bytes()) {
          throw limit.exceeded();
        }
        take(bytes);
      } catch (Failure flaw) {
        fail(flaw);
      }
    }

    private void take(Buffer bytes) {
      if (spooled != null) {
        request.pause();
        append(spooled, bytes);
        return;
      }
      head.appendBuffer(bytes);
      if (length >= 0 && length <= HOLD_BYTES) {
        return;
      }
      if (scan.closed() || !scan.fileBegun()) {
        if (head.length() > HOLD_BYTES) {
          throw Failure.payloadTooLarge(
              "The form has more than " + HOLD_BYTES + " bytes beside its file.");
        }
      } else if (scan.model() != null) {
        if (!scan.fileTold()) {
          return;
        }
        request.pause();
        over = true;
        admit(new FlowingBody(head, request, length, scan, limit, this::giveUp));
      } else {
        request.pause();
        spool();
      }
    }

    private void spool() {
      spool
          .open(KeyHandler.keyOf(ctx).tenant())
          .onSuccess(
              body -> {
                spooled = body;
                ctx.addEndHandler(ended -> body.close());
                if (ctx.response().closed()) {
                  body.close();
                } else {
                  append(body, head);
                }
              })
          .onFailure(this::fail);
    }

    /** The request is paused until the bytes are written, and so is its end. */
    private void append(SpooledBody to, Buffer bytes) {
      to.append(bytes)
          .onSuccess(v -> request.resume())
          .onFailure(
              failure ->
                  fail(
                      Failure.unavailable(
                          "The form could not be kept on disk; send the field model before the"
                              + " file, which needs none.",
                          Duration.ofSeconds(5))));
    }

    private void end() {
      if (over) {
        return;
      }
      over = true;
      try {
        scan.requireWhole();
      } catch (Failure flaw) {
        ctx.fail(flaw);
        return;
      }
      admit(spooled != null ? spooled : new HeldBody(head));
    }

    private void fail(Throwable failure) {
      if (!over) {
        over = true;
        refuse(failure);
      }
    }

    private void admit(UploadBody body) {
      AudioRequest asked = new AudioRequest(operation, type, scan, body, limit.bytes());
      gateway
          .admit(new Ask(KeyHandler.keyOf(ctx), Source.HTTP, null, asked))
          .onSuccess(this::relay)
          .onFailure(this::refuse);
    }

    /** What still comes is dropped, so that the client comes to read the answer. */
    private void refuse(Throwable failure) {
      over = true;
      request.resume();
      ctx.fail(failure);
    }

    private void relay(Admitted one) {
      admitted = one;
      if (ctx.response().closed()) {
        one.abandon();
      } else {
        Relay.start(ctx, one.decision(), operation.answer(), one::send);
      }
    }

    /** The form turned out to be wrong while a target already had the beginning of it. */
    private void giveUp(Failure flaw) {
      if (admitted != null) {
        admitted.cancel();
      }
      if (!ctx.response().headWritten()) {
        ctx.fail(flaw);
      }
    }
  }
}
