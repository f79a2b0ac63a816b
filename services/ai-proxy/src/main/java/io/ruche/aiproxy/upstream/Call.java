package io.ruche.aiproxy.upstream;

import io.netty.channel.ConnectTimeoutException;
import io.ruche.aiproxy.operation.Progress;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call to a provider, from opening a connection to the last byte, with its deadlines. Confined
 * to the context on which it was started: every method is called there, and so is the reader.
 */
final class Call implements Transfer, Progress {

  private static final long CANCEL = 0x8;

  private final Vertx vertx;
  private final Provider provider;
  private final Duration firstByte;
  private final Reader reader;
  private @Nullable HttpClientRequest request;
  private @Nullable HttpClientResponse response;
  private long timer;
  private long lastNanos;
  private boolean paused;
  private boolean sent;
  private boolean awaitingClient;
  private boolean over;

  /**
   * A call that is not started.
   *
   * @param firstByte within which the provider begins to answer, connecting included
   */
  Call(Vertx vertx, Provider provider, Duration firstByte, Reader reader) {
    this.vertx = vertx;
    this.provider = provider;
    this.firstByte = firstByte;
    this.reader = reader;
  }

  /**
   * Sends as soon as a connection is there.
   *
   * @param sending sends what there is to send, and gives the head of the answer
   */
  void start(
      Future<HttpClientRequest> opening,
      Function<HttpClientRequest, Future<HttpClientResponse>> sending) {
    lastNanos = System.nanoTime();
    timer = vertx.setTimer(firstByte.toMillis(), this::checkDeadline);
    opening.onComplete(
        (opened, failure) -> {
          if (over) {
            if (opened != null) {
              giveBack(opened);
            }
          } else if (opened == null) {
            fail(whyNotOpened(failure));
          } else {
            send(opened, sending);
          }
        });
  }

  /** Nothing was sent on it, so its connection stays in the pool. */
  private static void giveBack(HttpClientRequest unused) {
    // Without a handler Vert.x would log the reset as an error.
    unused.exceptionHandler(reset -> {}).reset(CANCEL);
  }

  private void send(
      HttpClientRequest opened, Function<HttpClientRequest, Future<HttpClientResponse>> sending) {
    request = opened;
    sent = true;
    Future<HttpClientResponse> answer = sending.apply(opened);
    answer.onComplete(
        (answered, failure) -> {
          if (over) {
            return;
          }
          if (answered == null) {
            fail(whyBroken(failure));
          } else {
            read(answered);
          }
        });
  }

  /** Whether the provider has had any of the request. */
  boolean isSent() {
    return sent;
  }

  @Override
  public void made() {
    awaitingClient = false;
    lastNanos = System.nanoTime();
  }

  @Override
  public void awaitsClient() {
    awaitingClient = true;
  }

  private void read(HttpClientResponse answered) {
    response = answered;
    made();
    answered
        .handler(this::piece)
        .endHandler(v -> end())
        .exceptionHandler(failure -> fail(whyBroken(failure)));
    reader.head(answered.statusCode(), answered.headers());
  }

  private void piece(Buffer bytes) {
    if (!over) {
      lastNanos = System.nanoTime();
      reader.piece(bytes);
    }
  }

  private void end() {
    if (!over) {
      finish();
      reader.end();
    }
  }

  @Override
  public void pause() {
    if (!over && response != null && !paused) {
      paused = true;
      response.pause();
    }
  }

  @Override
  public void resume() {
    if (!over && response != null && paused) {
      paused = false;
      lastNanos = System.nanoTime();
      response.resume();
    }
  }

  @Override
  public void cancel() {
    if (!over) {
      finish();
      if (request != null) {
        request.reset(CANCEL);
      }
    }
  }

  private void finish() {
    over = true;
    vertx.cancelTimer(timer);
  }

  private void fail(Failure failure) {
    if (!over) {
      cancel();
      reader.failed(failure);
    }
  }

  /** One timer for both deadlines, set again for what is left rather than at every piece. */
  private void checkDeadline(long id) {
    if (over) {
      return;
    }
    Duration bound = response == null ? firstByte : provider.timeouts().idle();
    boolean others = paused || (awaitingClient && response == null);
    long elapsed = others ? 0 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastNanos);
    long left = bound.toMillis() - elapsed;
    if (left > 0) {
      timer = vertx.setTimer(left, this::checkDeadline);
    } else if (response == null) {
      fail(
          UpstreamFault.TIMEOUT.failure(
              provider.origin() + " did not begin to answer within " + seconds(bound) + "."));
    } else {
      fail(
          UpstreamFault.TIMEOUT.failure(
              provider.origin() + " sent nothing more for " + seconds(bound) + "."));
    }
  }

  private Failure whyNotOpened(Throwable failure) {
    if (failure instanceof ConnectionPoolTooBusyException) {
      return UpstreamFault.BUSY
          .failure("All connections to " + provider.origin() + " are in use, and so is the queue.")
          .withRetryAfter(Duration.ofSeconds(1));
    }
    if (failure instanceof ConnectTimeoutException) {
      return UpstreamFault.TIMEOUT.failure(
          provider.origin()
              + " did not accept a connection within "
              + seconds(provider.timeouts().connect())
              + ".");
    }
    return UpstreamFault.UNREACHABLE.failure(
        provider.origin() + " cannot be reached: " + failure.getMessage());
  }

  private Failure whyBroken(Throwable failure) {
    if (failure instanceof IllegalArgumentException || failure.getCause() instanceof Error) {
      return UpstreamFault.INVALID_REPLY.failure(provider.origin() + " did not answer in HTTP.");
    }
    String when = response == null ? "before it answered." : "before its answer was complete.";
    return UpstreamFault.CUT.failure(provider.origin() + " closed the connection " + when);
  }

  private static String seconds(Duration bound) {
    return bound.toMillis() < 1_000 ? bound.toMillis() + " ms" : bound.toSeconds() + " s";
  }
}
