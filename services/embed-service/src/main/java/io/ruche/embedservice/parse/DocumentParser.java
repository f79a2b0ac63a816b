package io.ruche.embedservice.parse;

import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.parse.child.ParserMain;
import io.ruche.embedservice.parse.wire.ParseFailure;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files to text. Each is parsed in a process that is capped in memory, time and what it says, that
 * ends with this one, and that is replaced after a failure. Safe for all threads.
 */
public final class DocumentParser implements Lifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(DocumentParser.class);

  private final Vertx vertx;
  private final ParseConfig config;
  private final Path folder;
  private final Class<?> program;
  private final AtomicLong ids = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<ParserProcess> idle = new ArrayDeque<>();
  private final Set<ParserProcess> all = new HashSet<>();
  private boolean stopped;
  private @Nullable WorkerExecutor threads;
  private @Nullable ScheduledExecutorService clock;

  /**
   * A parser.
   *
   * @param folder of its own, for temporary files; made and emptied at the start
   */
  public DocumentParser(Vertx vertx, ParseConfig config, Path folder) {
    this(vertx, config, folder, ParserMain.class);
  }

  /** One whose processes run another program. */
  DocumentParser(Vertx vertx, ParseConfig config, Path folder, Class<?> program) {
    this.vertx = vertx;
    this.program = program;
    this.config = config;
    this.folder = folder;
  }

  /** Completes when the processes that are kept ready are on their way. */
  @Override
  public Future<Void> start() {
    clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("parser-clock").factory());
    threads =
        vertx.createSharedWorkerExecutor(
            "parser-" + System.identityHashCode(this), config.processes(), 1, TimeUnit.DAYS);
    return threads.executeBlocking(
        () -> {
          empty();
          spare();
          return null;
        },
        false);
  }

  /** Ends all processes; files that are being parsed fail as {@code UNAVAILABLE}. */
  @Override
  public Future<Void> stop() {
    List<ParserProcess> left;
    lock.lock();
    try {
      stopped = true;
      left = List.copyOf(all);
      all.clear();
      idle.clear();
    } finally {
      lock.unlock();
    }
    WorkerExecutor executor = threads;
    ScheduledExecutorService ticks = clock;
    if (executor == null || ticks == null) {
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(
            () -> {
              left.forEach(ParserProcess::kill);
              return null;
            },
            false)
        .eventually(executor::close)
        .onComplete(ended -> ticks.shutdownNow())
        .mapEmpty();
  }

  /**
   * The text of a file, which must not change meanwhile and is not deleted here.
   *
   * @param contentType as the sender declared it; empty when it is not known
   * @param fileName as the sender declared it, only looked at; empty when it is not known
   * @return fails with a {@link ParseFailure} and nothing else
   */
  public Future<ParsedText> parse(Path file, String contentType, String fileName) {
    WorkerExecutor executor = threads;
    if (executor == null) {
      return Future.failedFuture(unavailable("parsing has not started"));
    }
    if (waiting.incrementAndGet() > config.waiting() + config.processes()) {
      waiting.decrementAndGet();
      return Future.failedFuture(
          unavailable("%d of them wait already; try again later".formatted(config.waiting())));
    }
    return executor
        .executeBlocking(() -> parsed(file, contentType, fileName), false)
        .onComplete(ended -> waiting.decrementAndGet())
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof ParseFailure
                        ? failure
                        : unavailable("parsing is being stopped")));
  }

  /** Files that are being parsed or wait for it. */
  public int inHand() {
    return waiting.get();
  }

  /** The processes that there are now. */
  public List<Long> pids() {
    lock.lock();
    try {
      return all.stream().map(ParserProcess::pid).toList();
    } finally {
      lock.unlock();
    }
  }

  private ParsedText parsed(Path file, String contentType, String fileName) {
    if (!Files.isReadable(file)) {
      throw unavailable("the file's bytes are no longer there");
    }
    ParserProcess process = take();
    try {
      return process.parse(ids.incrementAndGet(), file, contentType, fileName);
    } catch (ParseFailure failure) {
      if (failure.reason() == ParseFailure.Cause.CRASHED && isStopped()) {
        throw unavailable("parsing is being stopped");
      }
      throw failure;
    } finally {
      giveBack(process);
    }
  }

  private ParserProcess take() {
    lock.lock();
    try {
      while (!idle.isEmpty()) {
        ParserProcess process = idle.removeFirst();
        if (process.isFit()) {
          return process;
        }
        all.remove(process);
        process.kill();
      }
    } finally {
      lock.unlock();
    }
    return launch();
  }

  private ParserProcess launch() {
    ScheduledExecutorService ticks = clock;
    lock.lock();
    try {
      if (stopped || ticks == null) {
        throw unavailable("parsing is being stopped");
      }
      ParserProcess process = ParserProcess.start(config, program, ticks, folder);
      all.add(process);
      return process;
    } catch (IOException e) {
      LOG.error("a parsing process does not start", e);
      throw unavailable("the process that does it does not start");
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(ParserProcess process) {
    boolean kept = false;
    lock.lock();
    try {
      if (!stopped && process.isFit()) {
        idle.addFirst(process);
        kept = true;
      } else {
        all.remove(process);
      }
    } finally {
      lock.unlock();
    }
    if (!kept) {
      process.kill();
      try {
        spare();
      } catch (ParseFailure logged) {
        // The next file tries again, and fails with it.
      }
    }
  }

  /** Starts what is missing of the processes that are kept ready. */
  private void spare() {
    while (true) {
      lock.lock();
      try {
        if (stopped || idle.size() >= config.spare() || all.size() >= config.processes()) {
          return;
        }
        idle.addLast(launch());
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  private void empty() throws IOException {
    Files.createDirectories(folder);
    List<Path> left;
    try (Stream<Path> files = Files.list(folder)) {
      left = files.toList();
    }
    left.forEach(ParserProcess::delete);
  }

  private static ParseFailure unavailable(String why) {
    return new ParseFailure(
        ParseFailure.Cause.UNAVAILABLE, "Files cannot be parsed now: %s.".formatted(why));
  }
}
