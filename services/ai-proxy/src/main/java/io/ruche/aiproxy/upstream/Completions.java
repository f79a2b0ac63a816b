package io.ruche.aiproxy.upstream;

import io.ruche.http.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chat completions whose answers are wanted whole, for those who are not waiting on a socket. */
public final class Completions {

  private static final Logger log = LoggerFactory.getLogger(Completions.class);

  private final Vertx vertx;
  private final long maxMillis;
  private final LongSupplier maxReplyBytes;

  /**
   * Completions.
   *
   * @param longest how long one may take, whatever its pieces do
   * @param maxReplyBytes the longest answer that is read into memory, now
   */
  public Completions(Vertx vertx, Duration longest, LongSupplier maxReplyBytes) {
    this.vertx = vertx;
    this.maxMillis = longest.toMillis();
    this.maxReplyBytes = maxReplyBytes;
  }

  /**
   * The whole answer to one request; never fails, and always ends in time.
   *
   * @param send sends it, on an event loop
   * @param traceparent of what the request is part of; null for nothing
   */
  public Future<UpstreamReply> complete(
      Function<Reader, Transfer> send, @Nullable String traceparent) {
    Context context = vertx.getOrCreateContext();
    Promise<UpstreamReply> promise = Promise.promise();
    context.runOnContext(v -> new Whole(promise, traceparent).start(send));
    return promise.future();
  }

  /** Collects one answer. Confined to the context that starts it. */
  private final class Whole implements Reader {

    private final Promise<UpstreamReply> promise;
    private final @Nullable String traceparent;
    private @Nullable Transfer call;
    private @Nullable MultiMap headers;
    private int status;
    private long timer;
    private final Buffer body = Buffer.buffer();

    Whole(Promise<UpstreamReply> promise, @Nullable String traceparent) {
      this.promise = promise;
      this.traceparent = traceparent;
    }

    void start(Function<Reader, Transfer> send) {
      timer =
          vertx.setTimer(
              maxMillis,
              id ->
                  giveUp(
                      new UpstreamReply.Unanswered(
                          UpstreamFault.TIMEOUT.failure(
                              "The answer was not complete after " + maxMillis + " ms."))));
      try {
        call = send.apply(this);
      } catch (RuntimeException fault) {
        log.error("a request was not sent", fault);
        finish(new UpstreamReply.Unanswered(Failure.internal()));
      }
    }

    @Override
    public @Nullable String traceparent() {
      return traceparent;
    }

    @Override
    public void head(int status, MultiMap headers) {
      this.status = status;
      this.headers = headers;
    }

    @Override
    public void piece(Buffer bytes) {
      long limit = maxReplyBytes.getAsLong();
      if (body.length() + (long) bytes.length() > limit) {
        giveUp(new UpstreamReply.TooLong(limit));
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
        call.giveUp();
      }
      finish(reply);
    }

    private void finish(UpstreamReply reply) {
      vertx.cancelTimer(timer);
      promise.tryComplete(reply);
    }
  }
}
