package io.ruche.embedservice.parse.child;

import io.ruche.embedservice.parse.read.FileReading;
import io.ruche.embedservice.parse.wire.ParseFailure;
import io.ruche.embedservice.parse.wire.Reply;
import io.ruche.embedservice.parse.wire.Request;
import io.ruche.embedservice.parse.wire.Wire;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;

/**
 * A parsing process: files come as requests on standard input, one at a time, and texts go to
 * standard output. It ends with its input, and so with the service, however that ends.
 */
public final class ParserMain {

  /** Deep enough for documents; a file that needs more is told to be too deep. */
  private static final long STACK_BYTES = 4L << 20;

  private static final int TRIES = 50;

  private final DataOutputStream out;
  private final CpuWatch watch = new CpuWatch();
  private final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();

  private ParserMain(OutputStream out) {
    this.out = new DataOutputStream(new BufferedOutputStream(out, 1 << 16));
  }

  /** Runs until standard input ends. */
  public static void main(String[] arguments) {
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    // What libraries print is neither of the protocol nor for anybody.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    System.setIn(InputStream.nullInputStream());
    NoNetwork.install();
    ParserMain parser = new ParserMain(out);
    Thread worker = new Thread(null, parser::work, "parser", STACK_BYTES);
    worker.start();
    parser.listen(new FileInputStream(FileDescriptor.in));
  }

  private void listen(InputStream in) {
    DataInputStream data = new DataInputStream(new BufferedInputStream(in));
    try {
      while (true) {
        requests.put(Wire.readRequest(data));
      }
    } catch (IOException | InterruptedException ended) {
      end(0);
    }
  }

  private void work() {
    try {
      Warmth.warm();
      write(new Reply.Ready());
      while (true) {
        Request request = requests.take();
        watch.begin(request.limits().cpuMillis());
        Reply reply = answer(request);
        watch.end();
        write(reply);
        cleanTemporary();
      }
    } catch (IOException | InterruptedException | UncheckedIOException ended) {
      end(1);
    }
  }

  private Reply answer(Request request) {
    try {
      var text = new FileReading(request, () -> write(new Reply.Recognizing(request.id()))).read();
      return new Reply.Parsed(request.id(), text, Runtime.getRuntime().totalMemory());
    } catch (ParseFailure failure) {
      return new Reply.Failed(request.id(), failure);
    } catch (Exception | StackOverflowError | OutOfMemoryError | NoClassDefFoundError fault) {
      return new Reply.Failed(request.id(), FileReading.failure(fault));
    }
  }

  private void write(Reply reply) {
    try {
      Wire.write(out, reply);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends at once, whatever the worker does; the folder for temporary files goes too. */
  private static synchronized void end(int code) {
    try (Stream<ProcessHandle> children = ProcessHandle.current().descendants()) {
      children.forEach(ProcessHandle::destroyForcibly);
      // The worker may still write; what it writes after the last try goes at the next start.
      for (int tries = 0; tries < TRIES && Files.exists(temporary()); tries++) {
        removeTemporary();
      }
    } finally {
      Runtime.getRuntime().halt(code);
    }
  }

  private static void removeTemporary() {
    try {
      cleanTemporary();
      Files.deleteIfExists(temporary());
    } catch (IOException | UncheckedIOException written) {
      Thread.onSpinWait();
    }
  }

  private static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  private static void cleanTemporary() throws IOException {
    Path folder = temporary();
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> left;
    try (Stream<Path> files = Files.walk(folder)) {
      left = files.filter(file -> !file.equals(folder)).sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : left) {
      Files.deleteIfExists(file);
    }
  }
}
