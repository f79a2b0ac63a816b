package io.ruche.embedservice.parse;

import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.parse.wire.Limits;
import io.ruche.embedservice.parse.wire.ParseFailure;
import io.ruche.embedservice.parse.wire.Reply;
import io.ruche.embedservice.parse.wire.Request;
import io.ruche.embedservice.parse.wire.Wire;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One parsing process, from its start to its end. Used by one thread at a time; it blocks. */
final class ParserProcess {

  private static final Logger LOG = LoggerFactory.getLogger(ParserProcess.class);
  private static final Duration START = Duration.ofSeconds(60);

  /** For a process that has said its last, so that its exit code tells why. */
  private static final Duration ENDING = Duration.ofSeconds(2);

  private static final Duration KILLED = Duration.ofSeconds(10);

  /** Exit code of a JVM that is told to end when memory does. */
  private static final int OUT_OF_MEMORY = 3;

  /** Exit code with which the process's own watch ends it. */
  private static final int TOO_MUCH_CPU = 77;

  private static final int KILL_SIGNAL = 128 + 9;

  private final ParseConfig config;
  private final Limits limits;
  private final ScheduledExecutorService clock;
  private final Path temporary;
  private final Process process;
  private final DataOutputStream out;
  private final DataInputStream in;
  private volatile boolean late;
  private boolean ready;
  private int files;
  private boolean used;

  private ParserProcess(
      ParseConfig config, ScheduledExecutorService clock, Path temporary, Process process) {
    this.config = config;
    this.limits = config.limits();
    this.clock = clock;
    this.temporary = temporary;
    this.process = process;
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
  }

  /**
   * Starts a process; it gets ready by itself.
   *
   * @param program class whose main method it runs
   * @param folder below which it has its temporary files
   */
  static ParserProcess start(
      ParseConfig config, Class<?> program, ScheduledExecutorService clock, Path folder)
      throws IOException {
    Path fonts = Files.createDirectories(folder.resolve("fonts"));
    Path temporary = Files.createTempDirectory(folder, "parser-").toAbsolutePath();
    try {
      Process process = ParserCommand.start(config, program, temporary, fonts.toAbsolutePath());
      return new ParserProcess(config, clock, temporary, process);
    } catch (IOException e) {
      delete(temporary);
      throw e;
    }
  }

  long pid() {
    return process.pid();
  }

  /** Whether it takes another file. */
  boolean isFit() {
    return process.isAlive() && !used && files < config.filesPerProcess();
  }

  /**
   * Parses a file.
   *
   * @throws ParseFailure when there is no text of it; the process is fit for more, or not
   */
  ParsedText parse(long id, Path file, String contentType, String fileName) {
    awaitReady();
    files++;
    boolean ended = false;
    Deadline deadline = new Deadline(config.timeout());
    try {
      Wire.write(out, new Request(id, file.toAbsolutePath(), contentType, fileName, limits));
      int recognized = 0;
      while (true) {
        switch (Wire.readReply(in, limits)) {
          case Reply.Ready() -> throw new IOException("ready twice");
          case Reply.Recognizing(long of) -> {
            check(id, of);
            recognized++;
            if (recognized <= limits.ocrPages()) {
              deadline.extend(limits.ocrPageMillis());
            }
          }
          case Reply.Parsed(long of, ParsedText text, long heapBytes) -> {
            check(id, of);
            ended = true;
            used = heapBytes > config.heap().bytes() / 2;
            return text;
          }
          case Reply.Failed(long of, ParseFailure failure) -> {
            check(id, of);
            // Whatever a reader that failed holds is given back with the process.
            used = !isHarmless(failure.reason());
            ended = true;
            throw failure;
          }
        }
      }
    } catch (IOException e) {
      throw ending(e);
    } finally {
      deadline.end();
      if (!ended) {
        kill();
      }
    }
  }

  private void awaitReady() {
    if (ready) {
      return;
    }
    Deadline deadline = new Deadline(START);
    try {
      if (!(Wire.readReply(in, limits) instanceof Reply.Ready)) {
        throw new IOException("no word of being ready");
      }
      ready = true;
    } catch (IOException e) {
      kill();
      LOG.error(
          "a parsing process does not start: {}; exit={}", e.getMessage(), process.exitValue());
      throw new ParseFailure(
          ParseFailure.Cause.UNAVAILABLE,
          "Files cannot be parsed now: the process that does it does not start; the log has more.");
    } finally {
      deadline.end();
    }
  }

  /** Whether the reader came to its end in order. */
  private static boolean isHarmless(ParseFailure.Cause reason) {
    return reason == ParseFailure.Cause.UNSUPPORTED_TYPE
        || reason == ParseFailure.Cause.ENCRYPTED
        || reason == ParseFailure.Cause.NO_TEXT;
  }

  private static void check(long expected, long id) throws IOException {
    if (id != expected) {
      throw new IOException("a reply to another request");
    }
  }

  /** What the end of the process, or a reply that is none, means. */
  private ParseFailure ending(IOException fault) {
    if (fault instanceof EOFException) {
      awaitEnd(ENDING);
    }
    kill();
    int code = process.isAlive() ? 0 : process.exitValue();
    if (late || code == TOO_MUCH_CPU) {
      return new ParseFailure(
          ParseFailure.Cause.TIMED_OUT,
          late
              ? "The file took longer than %d s to parse; send it in parts, or raise timeout."
                  .formatted(config.timeout().toSeconds())
              : "The file took more than %d s of CPU time to parse; send it in parts, or raise cpu-time."
                  .formatted(config.cpuTime().toSeconds()));
    }
    if (code == OUT_OF_MEMORY) {
      return new ParseFailure(
          ParseFailure.Cause.OUT_OF_MEMORY,
          "The file needs more memory than a parsing process has (%d MiB); send it in parts, or raise heap."
              .formatted(config.heap().bytes() >> 20));
    }
    LOG.warn("a parsing process ended: {}; exit={} pid={}", fault.getMessage(), code, pid());
    return new ParseFailure(
        ParseFailure.Cause.CRASHED,
        "The process that parsed the file ended (exit code %d%s); it may succeed when it is sent again."
            .formatted(code, code == KILL_SIGNAL ? ", killed" : ""));
  }

  /** Ends it and all that it started, and deletes its temporary files. Waits for its end. */
  void kill() {
    destroyAll();
    if (!awaitEnd(KILLED)) {
      LOG.error("a parsing process does not end; pid={}", pid());
    }
    delete(temporary);
  }

  private boolean awaitEnd(Duration bound) {
    try {
      return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void destroyAll() {
    try (Stream<ProcessHandle> children = process.descendants()) {
      children.forEach(ProcessHandle::destroyForcibly);
    }
    process.destroyForcibly();
  }

  /** Deletes a folder with all that is in it, as far as that is possible. */
  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException gone) {
      // What is left goes when the service starts again.
    }
  }

  /** Kills the process when it takes too long, so that whoever waits for it sees its end. */
  private final class Deadline {

    private final ScheduledFuture<?> ticks;
    private final AtomicLong end;

    Deadline(Duration time) {
      end = new AtomicLong(System.nanoTime() + time.toNanos());
      ticks = clock.scheduleWithFixedDelay(this::look, 100, 100, TimeUnit.MILLISECONDS);
    }

    void extend(long millis) {
      end.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    void end() {
      ticks.cancel(false);
    }

    private void look() {
      if (System.nanoTime() - end.get() > 0 && process.isAlive()) {
        late = true;
        destroyAll();
      }
    }
  }
}
