package io.ruche.embedservice.parse.pdf;

import io.ruche.embedservice.parse.wire.Limits;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.jspecify.annotations.Nullable;

/** Recognizes the text of pictures of pages, by Tesseract when it is there. Of one thread. */
public final class PageRecognition {

  private static final float DPI = 200;
  private static final float POINTS_PER_INCH = 72;
  private static final double MOST_PIXELS = 12_000_000;
  private static final int MOST_BYTES = 1_000_000;

  private final Limits limits;
  private final Runnable recognizing;
  private final @Nullable Path program;
  private int pages;

  /**
   * Recognition within limits.
   *
   * @param recognizing called before each page
   */
  public PageRecognition(Limits limits, Runnable recognizing) {
    this.limits = limits;
    this.recognizing = recognizing;
    this.program = limits.ocrLanguages().isEmpty() ? null : find(limits.ocrCommand());
  }

  /** Whether there is a recognizer; without one nothing is to be asked of it. */
  boolean isThere() {
    return program != null;
  }

  /** Whether one more page may be recognized. */
  boolean hasRoom() {
    return pages < limits.ocrPages();
  }

  /**
   * The text of a page.
   *
   * @param index of the page, from 0
   * @throws IOException that says why there is none
   */
  String recognize(PDDocument document, int index) throws IOException {
    pages++;
    recognizing.run();
    Path image = Files.createTempFile("page-", ".png");
    Path text = Files.createTempFile("page-", ".txt");
    try {
      PDRectangle box = document.getPage(index).getCropBox();
      double inches =
          Math.max(1, box.getWidth())
              * Math.max(1, box.getHeight())
              / (POINTS_PER_INCH * POINTS_PER_INCH);
      float dpi = (float) Math.min(DPI, Math.sqrt(MOST_PIXELS / inches));
      BufferedImage picture =
          new PDFRenderer(document).renderImageWithDPI(index, dpi, ImageType.GRAY);
      ImageIO.write(picture, "png", image.toFile());
      picture.flush();
      run(image, text);
      try (InputStream in = Files.newInputStream(text)) {
        return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
      }
    } finally {
      Files.deleteIfExists(image);
      Files.deleteIfExists(text);
    }
  }

  private void run(Path image, Path text) throws IOException {
    List<String> command = new ArrayList<>();
    Path timeout = find("timeout");
    if (timeout != null) {
      // Ends it even when this process is killed meanwhile.
      command.addAll(
          List.of(timeout.toString(), "-k", "1", limits.ocrPageMillis() / 1000 + 2 + "s"));
    }
    command.addAll(
        List.of(String.valueOf(program), image.toString(), "stdout", "-l", limits.ocrLanguages()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(text.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("OMP_THREAD_LIMIT", "1");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(limits.ocrPageMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("took longer than %d ms".formatted(limits.ocrPageMillis()));
      }
      if (process.exitValue() != 0) {
        throw new IOException("ended with code %d".formatted(process.exitValue()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("was interrupted", e);
    } finally {
      try (Stream<ProcessHandle> children = process.descendants()) {
        children.forEach(ProcessHandle::destroyForcibly);
      }
      process.destroyForcibly();
    }
  }

  private static @Nullable Path find(String name) {
    if (name.contains("/")) {
      Path path = Path.of(name);
      return Files.isExecutable(path) ? path : null;
    }
    String folders = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    for (String folder : folders.split(":", -1)) {
      Path path = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isExecutable(path) && Files.isRegularFile(path)) {
        return path;
      }
    }
    return null;
  }
}
