package io.ruche.aiproxy.http;

import io.ruche.aiproxy.form.FlowingBody;
import io.ruche.aiproxy.form.FormHead;
import io.ruche.aiproxy.form.FormLimit;
import io.ruche.aiproxy.form.MultipartScan;
import io.ruche.aiproxy.gateway.Gateway;
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

  /**
   * A handler for one event loop.
   *
   * @param mostBytes the longest form that is accepted, now
   */
  UploadHandler(Gateway gateway, ObjectClient objects, LongSupplier mostBytes) {
    this.gateway = gateway;
    this.objects = objects;
    this.mostBytes = mostBytes;
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
      new Upload(ctx).start(FormHead.read(request, "purpose and file", limit), limit);
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

    void start(FormHead head, FormLimit limit) {
      if (ctx.request().getHeader(HttpHeaders.EXPECT) != null) {
        ctx.response().writeContinue();
      }
      FlowingBody body =
          new FlowingBody(
              Buffer.buffer(),
              ctx.request(),
              head.length(),
              MultipartScan.ofFile(head.boundary()),
              limit,
              this::giveUp);
      Sending form =
          (opened, progress) -> {
            opened.putHeader(HttpHeaders.CONTENT_TYPE, head.contentType());
            if (head.length() < 0) {
              opened.setChunked(true);
            } else {
              opened.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(head.length()));
            }
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
