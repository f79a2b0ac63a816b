package io.ruche.standalone.machine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server of ours in a process of its own, started again when it ends by itself.
 *
 * <p>It gets a session of its own, so that Ctrl-C in the terminal reaches only the JVM and the
 * stores outlive the graceful stop of what uses them. Its environment holds no secret of ours, and
 * its output goes to a log file.
 */
public final class ChildProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration KILLED = Duration.ofSeconds(5);
  private static final Duration STEADY = Duration.ofSeconds(30);
  private static final long PROBE_MILLIS = 25;
  private static final long LOG_BYTES = 4 << 20;
  private static final int TAIL_BYTES = 2048;
  private static final List<String> KEPT_VARIABLES =
      List.of("PATH", "HOME", "USER", "TMPDIR", "LD_LIBRARY_PATH");

  private final String name;
  private final Path log;
  private final BeforeStart beforeStart;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stopAsked = lock.newCondition();
  private List<String> command = List.of();
  private boolean stopping;
  private @Nullable Process process;
  private int starts;

  /** What has to be put in order before each start, the first one and those after a crash. */
  @FunctionalInterface
  public interface BeforeStart {
    /** May block for a few seconds. */
    void run() throws IOException;
  }

  /** How far a server is that was just started. */
  public enum Progress {
    /** It does not answer yet. */
    STARTING,
    /** It answers that it is still reading its data; how long that takes depends on their size. */
    LOADING,
    /** It serves. */
    READY
  }

  /** Asks a server how far it is; must not block longer than a second. */
  @FunctionalInterface
  public interface Probe {
    /** Never throws for a server that is not there yet. */
    Progress ask();
  }

  /**
   * @param name as logs and messages call it
   * @param log where its output is appended; past 4 MB a start moves it aside to {@code .1}
   */
  public ChildProcess(String name, Path log, BeforeStart beforeStart) {
    this.name = name;
    this.log = log;
    this.beforeStart = beforeStart;
  }

  /**
   * Starts the process and waits until the probe calls it ready.
   *
   * @param words the absolute path of the binary, and its arguments; no secret among them
   * @param bound the longest wait for an answer; {@code loadingBound} counts while it is loading
   * @throws StartFailure with the end of its log, when it ends or does not get ready in time
   */
  public void start(List<String> words, Probe probe, Duration bound, Duration loadingBound) {
    try {
      rotateLog();
      command = inOwnSession(words);
      launch();
    } catch (IOException e) {
      throw new StartFailure("%s could not be started: %s".formatted(name, e.getMessage()), e);
    }
    long began = System.nanoTime();
    Progress progress = Progress.STARTING;
    while (progress != Progress.READY) {
      progress = probe.ask();
      Duration allowed = progress == Progress.LOADING ? loadingBound : bound;
      if (progress != Progress.READY
          && (!isAlive() || System.nanoTime() - began > allowed.toNanos() || !pause())) {
        String what =
            isAlive() ? "did not get ready within %d s".formatted(allowed.toSeconds()) : "ended";
        stop(KILLED);
        throw new StartFailure("%s %s. %s ends with:%n%s".formatted(name, what, log, tail()));
      }
    }
    Thread.ofVirtual().name(name + "-watch").start(this::keepRunning);
  }

  /** Asks the process to end, waits this long, then kills it; it is not started again. */
  public void stop(Duration grace) {
    Process current;
    lock.lock();
    try {
      stopping = true;
      stopAsked.signalAll();
      current = process;
    } finally {
      lock.unlock();
    }
    if (current == null || !current.isAlive()) {
      return;
    }
    Signals.interrupt(List.of(current.toHandle()));
    if (!Signals.awaitEnd(current.toHandle(), grace)) {
      LOG.warn("{} does not end: killing it; grace={}s", name, grace.toSeconds());
      current.destroyForcibly();
      Signals.awaitEnd(current.toHandle(), KILLED);
    }
  }

  /** The pid of the running process; empty between an end and the next start. */
  public OptionalLong pid() {
    lock.lock();
    try {
      return process != null && process.isAlive()
          ? OptionalLong.of(process.pid())
          : OptionalLong.empty();
    } finally {
      lock.unlock();
    }
  }

  /** How often it was started; more than once means that it ended by itself. */
  public int starts() {
    lock.lock();
    try {
      return starts;
    } finally {
      lock.unlock();
    }
  }

  private void keepRunning() {
    Duration pause = FIRST_PAUSE;
    while (true) {
      Process current = current();
      if (current == null) {
        return;
      }
      long began = System.nanoTime();
      try {
        current.waitFor();
        if (System.nanoTime() - began > STEADY.toNanos()) {
          pause = FIRST_PAUSE;
        }
        if (stopAskedWithin(Duration.ZERO)) {
          return;
        }
        LOG.error(
            "{} ended by itself: starting it again; exit={} log={}",
            name,
            current.exitValue(),
            log);
        relaunch();
        if (stopAskedWithin(pause)) {
          return;
        }
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void relaunch() {
    try {
      launch();
    } catch (IOException | StartFailure e) {
      LOG.error("{} could not be started again: {}", name, e.getMessage());
    }
  }

  private void launch() throws IOException {
    beforeStart.run();
    lock.lock();
    try {
      if (stopping) {
        return;
      }
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      Map<String, String> environment = builder.environment();
      environment.keySet().retainAll(KEPT_VARIABLES);
      environment.put("LC_ALL", "C");
      Process started = builder.start();
      started.getOutputStream().close();
      process = started;
      starts++;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Process current() {
    lock.lock();
    try {
      return process;
    } finally {
      lock.unlock();
    }
  }

  private boolean isAlive() {
    Process current = current();
    return current != null && current.isAlive();
  }

  private boolean pause() {
    try {
      return !stopAskedWithin(Duration.ofMillis(PROBE_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean stopAskedWithin(Duration time) throws InterruptedException {
    lock.lock();
    try {
      long left = time.toNanos();
      while (!stopping && left > 0) {
        left = stopAsked.awaitNanos(left);
      }
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  private void rotateLog() throws IOException {
    if (Files.exists(log) && Files.size(log) > LOG_BYTES) {
      Files.move(
          log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private String tail() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(Math.max(0, file.length() - TAIL_BYTES));
      byte[] end = new byte[(int) Math.min(TAIL_BYTES, file.length())];
      file.readFully(end);
      return new String(end, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> inOwnSession(List<String> command) {
    List<String> whole = new ArrayList<>();
    OnPath.find("setsid").ifPresent(setsid -> whole.add(setsid.toString()));
    whole.addAll(command);
    return whole;
  }
}
