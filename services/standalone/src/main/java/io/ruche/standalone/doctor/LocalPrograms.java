package io.ruche.standalone.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs programs as processes, each for a bounded time and with bounded output. */
public final class LocalPrograms implements Programs {

  private static final int MOST_BYTES = 32 << 20;

  private final Duration bound;

  /**
   * @param bound how long a program may take
   */
  public LocalPrograms(Duration bound) {
    this.bound = bound;
  }

  @Override
  public Output run(Path folder, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    CompletableFuture<String> out = read(process.getInputStream());
    CompletableFuture<String> error = read(process.getErrorStream());
    try {
      if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "'" + String.join(" ", command) + "' did not end within " + bound.toSeconds() + " s");
      }
      return new Output(process.exitValue(), out.join(), error.join());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while '" + command.getFirst() + "' ran", interrupted);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** Reads to the end, so that the program never waits for its reader, and keeps the first part. */
  private static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (stream) {
                byte[] first = stream.readNBytes(MOST_BYTES);
                stream.transferTo(java.io.OutputStream.nullOutputStream());
                text.complete(new String(first, StandardCharsets.UTF_8));
              } catch (IOException failure) {
                text.completeExceptionally(new UncheckedIOException(failure));
              }
            });
    return text;
  }
}
