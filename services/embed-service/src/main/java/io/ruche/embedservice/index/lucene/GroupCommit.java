package io.ruche.embedservice.index.lucene;

import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.IndexWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. What waits meanwhile is written together and shares one commit: its
 * callers hear of it once it is on disk and seen by searches. After a fault, such as a full disk,
 * it goes back to the last commit and goes on from there.
 */
final class GroupCommit {

  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
  private static final int MOST_TOGETHER = 256;
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** A change of the index. */
  @FunctionalInterface
  interface Change {
    void apply(IndexWriter writer) throws IOException;
  }

  private record Work(Change change, int chunks, CompletableFuture<Void> done) {}

  private static final Change NOTHING = writer -> {};

  private final Path folder;
  private final LuceneConfig config;
  private final BlockingQueue<Work> queue = new LinkedBlockingQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Work end = new Work(NOTHING, 0, new CompletableFuture<>());
  private volatile OpenIndex index;
  private volatile Dependency state = Dependency.up();
  private volatile boolean ended;

  /** Opens the index and starts the thread. */
  GroupCommit(Path folder, LuceneConfig config) throws IOException {
    this.folder = folder;
    this.config = config;
    this.index = OpenIndex.in(folder, config);
    Thread.ofPlatform().daemon().name("index-writer").start(this::run);
  }

  /**
   * Completes when the change is on disk and seen by searches. Fails with a {@link Failure} of 503
   * when too much waits.
   */
  CompletableFuture<Void> write(int chunks, Change change) {
    if (waiting.addAndGet(chunks) > config.writeQueue() && waiting.get() > chunks) {
      waiting.addAndGet(-chunks);
      return CompletableFuture.failedFuture(
          Failure.unavailable(
              "%d chunks wait to be written already".formatted(config.writeQueue()), RETRY_AFTER));
    }
    return add(new Work(change, chunks, new CompletableFuture<>()));
  }

  /** Completes when everything before it is done. */
  CompletableFuture<Void> barrier() {
    return add(new Work(NOTHING, 0, new CompletableFuture<>()));
  }

  /** Writes what waits and closes; completes when the files are free. */
  CompletableFuture<Void> close() {
    if (!ended) {
      ended = true;
      queue.add(end);
    }
    return end.done();
  }

  OpenIndex index() {
    return index;
  }

  Dependency state() {
    return state;
  }

  private CompletableFuture<Void> add(Work work) {
    if (ended) {
      return CompletableFuture.failedFuture(Failure.unavailable("the search index is closed"));
    }
    queue.add(work);
    return work.done();
  }

  private void run() {
    List<Work> together = new ArrayList<>();
    while (!together.contains(end)) {
      together.clear();
      Work first = next();
      if (first == null) {
        idle();
        continue;
      }
      together.add(first);
      queue.drainTo(together, MOST_TOGETHER - 1);
      write(together);
    }
    List<Work> late = new ArrayList<>();
    queue.drainTo(late);
    late.forEach(work -> work.done().completeExceptionally(closed()));
    try {
      index.close();
      end.done().complete(null);
    } catch (IOException failed) {
      end.done().completeExceptionally(failed);
    }
  }

  /** Mends what has failed, as a full disk may have room again, and ends merges. */
  private void idle() {
    if (index.writer().isOpen()) {
      afterMerges();
    } else {
      write(List.of());
    }
  }

  /** What a merge has replaced stays on disk until a commit, and in memory until a refresh. */
  private void afterMerges() {
    try {
      if (index.writer().hasUncommittedChanges()) {
        index.writer().commit();
        index.searchers().maybeRefreshBlocking();
      }
    } catch (IOException | RuntimeException failed) {
      fail(List.of(), failed);
    }
  }

  /** Null when nothing has come for a while. */
  private @Nullable Work next() {
    try {
      return queue.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException nobodyShould) {
      return null;
    }
  }

  private static Failure closed() {
    return Failure.unavailable("the search index is closed");
  }

  private void write(List<Work> together) {
    List<Work> applied = new ArrayList<>();
    try {
      if (!index.writer().isOpen()) {
        reopen();
      }
      for (Work work : together) {
        if (apply(work)) {
          applied.add(work);
        }
      }
      index.writer().commit();
      index.searchers().maybeRefreshBlocking();
      state = Dependency.up();
      done(together);
      applied.stream()
          .filter(work -> !work.equals(end))
          .forEach(work -> work.done().complete(null));
    } catch (IOException | RuntimeException | OutOfMemoryError failed) {
      fail(together, failed);
    }
  }

  /** Until then searches go on in what was committed last. */
  private void reopen() throws IOException {
    OpenIndex failed = index;
    index = OpenIndex.in(folder, config);
    failed.close();
    LOG.info("the search index at {} can be written again", folder);
  }

  /** False when the change itself is wrong, of which only its caller hears. */
  private boolean apply(Work work) throws IOException {
    try {
      work.change().apply(index.writer());
      return true;
    } catch (IllegalArgumentException wrong) {
      work.done().completeExceptionally(wrong);
      return false;
    }
  }

  private void fail(List<Work> together, Throwable failed) {
    LOG.error("the search index at {} could not be written", folder, failed);
    state = Dependency.down("the search index cannot be written: " + failed.getMessage());
    try {
      index.writer().rollback();
    } catch (IOException | RuntimeException alsoFailed) {
      LOG.debug("nor given up", alsoFailed);
    }
    done(together);
    Failure failure =
        Failure.unavailable("the search index cannot be written now", RETRY_AFTER)
            .withCause(failed);
    together.stream()
        .filter(work -> !work.equals(end))
        .forEach(work -> work.done().completeExceptionally(failure));
  }

  private void done(List<Work> together) {
    waiting.addAndGet(-together.stream().mapToInt(Work::chunks).sum());
  }
}
