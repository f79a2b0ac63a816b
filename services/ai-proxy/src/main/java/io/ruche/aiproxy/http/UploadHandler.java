package io.ruche.aiproxy.http;

import io.ruche.aiproxy.form.FlowingBody;
import io.ruche.aiproxy.form.FormKind;
import io.ruche.aiproxy.form.FormLimit;
import io.ruche.aiproxy.form.FormType;
import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.http.body.WatchedStream;
import io.ruche.aiproxy.objects.ObjectClient;
import io.ruche.aiproxy.operation.AnswerType;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.upstream.Sending;
import io.ruche.aiproxy.upstream.Transfer;
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
 * {@code POST /v1/files}: a form with a file, which goes on to the provider while it comes and is
 * never held.
 */
final class UploadHandler implements Handler<RoutingContext> {

  private final Gateway gateway;
  private final ObjectClient objects;
  private final LongSupplier mostBytes;
  private final Duration longestSilence;

  /**
   * A handler for one event loop.
   *
   * @param mostBytes the longest form that is accepted, now
   * @param longestSilence of a client in the middle of its form
   */
  UploadHandler(
      Gateway gateway, ObjectClient objects, LongSupplier mostBytes, Duration longestSilence) {
    this.gateway = gateway;
    this.objects = objects;
    this.mostBytes = mostBytes;
    this.longestSilence = longestSilence;
  }

  @Override
  public void handle(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    request.pause();
    // What still comes after an answer is dropped, so that the client comes to read it.
    ctx.addEndHandler(answered -> request.resume());
    FormLimit limit = new FormLimit(mostBytes.getAsLong(), "max-file");
    try {
      gateway.requireUnread(KeyHandler.keyOf(ctx));
      objects.requireReachable();
      FormType type = FormType.read(FormKind.FILE, request.getHeader(HttpHeaders.CONTENT_TYPE));
      new Upload(ctx).start(type, limit.declared(request), limit);
    } catch (Failure refusal) {
      ctx.fail(refusal);
    }
  }

  /** One file on its way. Confined to the context of its request. */
  private final class Upload {

    private final RoutingContext ctx;
    private @Nullable Transfer transfer;

    Upload(RoutingContext ctx) {
      this.ctx = ctx;
    }

    void start(FormType type, long length, FormLimit limit) {
      if (ctx.request().getHeader(HttpHeaders.EXPECT) != null) {
        ctx.response().writeContinue();
      }
      WatchedStream watched = new WatchedStream(ctx.vertx(), ctx.request(), longestSilence);
      ctx.addEndHandler(ended -> watched.stop());
      FlowingBody body =
          new FlowingBody(Buffer.buffer(), watched, length, type.scan(), limit, this::giveUp);
      Sending form =
          (opened, progress) -> {
            type.describe(opened, length);
            return body.send(opened, null, progress);
          };
      Provider provider = objects.fresh();
      ctx.response().putHeader(Relay.PROVIDER, provider.name());
      Relay.start(
          ctx,
          AllowanceHandler.decision(ctx),
          AnswerType.JSON,
          reader -> {
            Transfer begun =
                objects.upload(provider, KeyHandler.keyOf(ctx), form, body::sentWhole, reader);
            transfer = begun;
            return begun;
          });
    }

    /** The form turned out to be wrong while the provider already had the beginning of it. */
    private void giveUp(Failure flaw) {
      if (transfer != null) {
        transfer.cancel();
      }
      if (!ctx.response().headWritten()) {
        ctx.fail(flaw);
      }
    }
  }
}
