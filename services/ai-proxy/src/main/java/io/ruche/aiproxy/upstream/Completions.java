package io.ruche.aiproxy.upstream;

import io.ruche.http.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Chat completions whose answers are wanted whole, for those who are not waiting on a socket. */
public final class Completions {

  private final Vertx vertx;
  private final ProviderClient provider;
  private final long maxMillis;
  private final long maxReplyBytes;

  /**
   * Completions from one provider.
   *
   * @param maxReplyBytes the longest answer that is read into memory
   */
  public Completions(Vertx vertx, ProviderClient provider, Timeouts timeouts, long maxReplyBytes) {
    this.vertx = vertx;
    this.provider = provider;
    this.maxMillis = timeouts.command().toMillis();
    this.maxReplyBytes = maxReplyBytes;
  }

  /** The provider's answer to a chat.completions body; never fails, and always ends in time. */
  public Future<UpstreamReply> complete(Buffer body) {
    if (!provider.configured()) {
      return Future.succeededFuture(new UpstreamReply.Unanswered(provider.notConfigured()));
    }
    Context context = vertx.getOrCreateContext();
    Promise<UpstreamReply> promise = Promise.promise();
    context.runOnContext(v -> new Whole(promise).start(body));
    return promise.future();
  }

  /** Collects one answer. Confined to the context that starts it. */
  private final class Whole implements Reader {

    private final Promise<UpstreamReply> promise;
    private @Nullable Call call;
    private @Nullable MultiMap headers;
    private int status;
    private long timer;
    private final Buffer body = Buffer.buffer();

    Whole(Promise<UpstreamReply> promise) {
      this.promise = promise;
    }

    void start(Buffer request) {
      timer =
          vertx.setTimer(
              maxMillis,
              id ->
                  giveUp(
                      new UpstreamReply.Unanswered(
                          UpstreamFault.TIMEOUT.failure(
                              "The answer was not complete after " + maxMillis + " ms."))));
      call = provider.chat(request, this);
    }

    @Override
    public void head(int status, MultiMap headers) {
      this.status = status;
      this.headers = headers;
    }

    @Override
    public void piece(Buffer bytes) {
      if (body.length() + (long) bytes.length() > maxReplyBytes) {
        giveUp(new UpstreamReply.TooLong(maxReplyBytes));
      } else {
        body.appendBuffer(bytes);
      }
    }

    @Override
    public void end() {
      finish(new UpstreamReply.Answered(status, headersOrNone(), body));
    }

    @Override
    public void failed(Failure failure) {
      finish(new UpstreamReply.Unanswered(failure));
    }

    private MultiMap headersOrNone() {
      return headers == null ? MultiMap.caseInsensitiveMultiMap() : headers;
    }

    private void giveUp(UpstreamReply reply) {
      if (call != null) {
        call.cancel();
      }
      finish(reply);
    }

    private void finish(UpstreamReply reply) {
      vertx.cancelTimer(timer);
      promise.tryComplete(reply);
    }
  }
}
