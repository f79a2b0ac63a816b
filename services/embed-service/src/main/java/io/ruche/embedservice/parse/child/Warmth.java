package io.ruche.embedservice.parse.child;

import io.ruche.embedservice.parse.read.FileReading;
import io.ruche.embedservice.parse.wire.Limits;
import io.ruche.embedservice.parse.wire.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads, before the first file comes, the classes that every file needs. */
final class Warmth {

  private static final Limits LIMITS =
      new Limits(1_000, 10, 1, 1_000_000, 100, 10_000, "", "", 1_000, 0);

  private Warmth() {}

  static void warm() throws IOException {
    Path file = Files.createTempFile("warm", ".html");
    try {
      Files.write(file, "<p>warm</p>".getBytes(StandardCharsets.UTF_8));
      new FileReading(new Request(0, file, "text/html", "warm.html", LIMITS), () -> {}).read();
    } catch (Exception e) {
      throw new IOException("parsing does not work here", e);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
