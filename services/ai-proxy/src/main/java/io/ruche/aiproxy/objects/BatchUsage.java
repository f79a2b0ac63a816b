package io.ruche.aiproxy.objects;

import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Transfer;
import io.ruche.http.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that what a batch used is in the ledger before anybody has its output. Of what several
 * read at the same time one reads the output. One for a process. Thread-safe.
 */
public final class BatchUsage {

  /** A batch in any other state is over, so that its output is complete. */
  private static final Set<String> RUNNING =
      Set.of("validating", "in_progress", "finalizing", "cancelling");

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
  private static final Duration RETRY = Duration.ofSeconds(5);

  /** Outputs that are read at the same time, each of which holds a line of its own. */
  private static final int MOST_AT_A_TIME = 4;

  private final Vertx vertx;
  private final ProviderObjects objects;
  private final BatchLedger ledger;
  private final Map<String, Future<Void>> counting = new ConcurrentHashMap<>();

  /** Writes to {@code ledger}, and notes with {@code objects} what was written. */
  public BatchUsage(Vertx vertx, ProviderObjects objects, BatchLedger ledger) {
    this.vertx = vertx;
    this.objects = objects;
    this.ledger = ledger;
  }

  /** The file with a batch's answers, once there will be no more of them; null before. */
  static @Nullable String output(JsonObject batch) {
    return !RUNNING.contains(String.valueOf(batch.getValue("status")))
            && batch.getValue("output_file_id") instanceof String id
            && ProviderObject.isId(id)
        ? id
        : null;
  }

  /**
   * Completes once what a batch used is written down, or at once where that is so. Fails with a
   * {@link Failure} where it is not yet, 503, or cannot be. On the caller's context.
   *
   * @param content asks for its output, on that context
   */
  Future<Void> count(ProviderObject batch, Function<Reader, Transfer> content) {
    return objects
        .isCounted(batch)
        .compose(counted -> counted ? Future.succeededFuture() : inTime(begin(batch, content)));
  }

  private Future<Void> begin(ProviderObject batch, Function<Reader, Transfer> content) {
    String name = batch.provider() + "/" + batch.id();
    Future<Void> other = counting.get(name);
    if (other != null) {
      return other;
    }
    Promise<Void> mine = Promise.promise();
    if (counting.size() >= MOST_AT_A_TIME) {
      return Future.failedFuture(
          Failure.unavailable("Too many batches have ended at the same time. Ask again.", RETRY));
    }
    other = counting.putIfAbsent(name, mine.future());
    if (other != null) {
      return other;
    }
    Future.succeededFuture()
        .compose(begun -> BatchOutput.read(vertx, batch, content))
        .compose(
            used -> {
              ledger.used(batch, used);
              return objects.counted(batch);
            })
        .onComplete(
            ended -> {
              counting.remove(name);
              mine.handle(ended);
            });
    return mine.future();
  }

  /** The same on the caller's context, whose client does not wait for long. */
  private Future<Void> inTime(Future<Void> counted) {
    Context caller = vertx.getOrCreateContext();
    Promise<Void> answer = Promise.promise();
    long timer =
        vertx.setTimer(
            LONGEST_WAIT.toMillis(),
            id ->
                answer.tryFail(
                    Failure.unavailable(
                        "The batch has ended, and what it used is being written down. Ask again.",
                        RETRY)));
    counted.onComplete(
        ended ->
            caller.runOnContext(
                v -> {
                  vertx.cancelTimer(timer);
                  if (ended.succeeded()) {
                    answer.tryComplete();
                  } else {
                    answer.tryFail(ended.cause());
                  }
                }));
    return answer.future();
  }
}
