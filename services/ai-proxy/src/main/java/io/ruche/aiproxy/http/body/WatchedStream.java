package io.ruche.aiproxy.http.body;

import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends, watched: one that sends nothing for too long while it is read is given up,
 * whoever waits for it. Its exception handler hears of that only, as 408; that a connection is gone
 * is told by the answer. Begins paused. Confined to the context of its source.
 */
public final class WatchedStream implements ReadStream<Buffer> {

  /** Shorter than providers wait for more of a form before they end it themselves. */
  public static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

  private static final long NONE = -1;

  private final Vertx vertx;
  private final ReadStream<Buffer> source;
  private final Duration longest;
  private @Nullable Handler<Throwable> silence;
  private long timer = NONE;
  private long heardNanos;
  private boolean flowing;
  private boolean over;

  /**
   * A stream that is not read yet.
   *
   * @param source paused, and without handlers of others
   * @param longest that it may be silent
   */
  public WatchedStream(Vertx vertx, ReadStream<Buffer> source, Duration longest) {
    this.vertx = vertx;
    this.source = source;
    this.longest = longest;
  }

  @Override
  public WatchedStream handler(@Nullable Handler<Buffer> handler) {
    source.handler(
        piece -> {
          heardNanos = System.nanoTime();
          if (handler != null) {
            handler.handle(piece);
          }
        });
    return this;
  }

  @Override
  public WatchedStream endHandler(@Nullable Handler<Void> handler) {
    source.endHandler(
        end -> {
          stop();
          if (handler != null) {
            handler.handle(null);
          }
        });
    return this;
  }

  @Override
  public WatchedStream exceptionHandler(@Nullable Handler<Throwable> handler) {
    silence = handler;
    return this;
  }

  @Override
  public WatchedStream pause() {
    flowing = false;
    source.pause();
    return this;
  }

  @Override
  public WatchedStream resume() {
    if (!flowing) {
      flowing = true;
      heardNanos = System.nanoTime();
      if (timer == NONE && !over) {
        timer = vertx.setTimer(longest.toMillis(), this::check);
      }
      source.resume();
    }
    return this;
  }

  @Override
  public WatchedStream fetch(long amount) {
    source.fetch(amount);
    return this;
  }

  /** Nobody waits for the client any more; what it still sends passes as before. */
  public void stop() {
    over = true;
    if (timer != NONE) {
      vertx.cancelTimer(timer);
    }
  }

  /** One timer, set again for what is left rather than at every piece. */
  private void check(long id) {
    long silent = flowing ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heardNanos) : 0;
    long left = longest.toMillis() - silent;
    if (left > 0) {
      timer = vertx.setTimer(left, this::check);
      return;
    }
    over = true;
    if (silence != null) {
      silence.handle(
          Failure.requestTimeout(
              "The form stopped: nothing of it came for " + longest.toMillis() + " ms."));
    }
  }
}
