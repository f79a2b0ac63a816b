package io.ruche.embedservice.parse.read;

import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.parse.pdf.PageRecognition;
import io.ruche.embedservice.parse.pdf.PdfText;
import io.ruche.embedservice.parse.plain.Charsets;
import io.ruche.embedservice.parse.plain.CsvText;
import io.ruche.embedservice.parse.plain.MarkdownText;
import io.ruche.embedservice.parse.plain.PlainText;
import io.ruche.embedservice.parse.text.Budget;
import io.ruche.embedservice.parse.text.TemporaryFiles;
import io.ruche.embedservice.parse.text.TextWriter;
import io.ruche.embedservice.parse.text.TextWriter.Gap;
import io.ruche.embedservice.parse.wire.Limits;
import io.ruche.embedservice.parse.wire.ParseFailure;
import io.ruche.embedservice.parse.wire.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.mime.MediaType;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/** One file to one text, the files in it included. Of one thread, for one file. */
public final class FileReading {

  private static final String EMBEDDED = "part-";

  private final Request request;
  private final Budget budget;
  private final TextWriter writer;
  private final PageRecognition recognition;
  private int depth;
  private @Nullable ParseFailure fatal;

  /**
   * A reading.
   *
   * @param recognizing called before each page that is recognized
   */
  public FileReading(Request request, Runnable recognizing) {
    Limits limits = request.limits();
    this.request = request;
    this.budget = new Budget(limits);
    this.writer = new TextWriter(limits);
    this.recognition = new PageRecognition(limits, recognizing);
  }

  /**
   * Reads the file.
   *
   * @throws ParseFailure when there is no text of it; other faults are for {@link #failure}
   */
  public ParsedText read() throws IOException, TikaException, SAXException {
    Path file = request.file();
    if (Files.size(file) == 0) {
      throw new ParseFailure(
          ParseFailure.Cause.NO_TEXT, "The file is empty; send one of at least a byte.");
    }
    MediaType type = Detection.of(file, request.contentType(), request.fileName());
    Format format = Format.of(type);
    MediaType declared = Detection.declared(request.contentType());
    if (format == null) {
      throw new ParseFailure(
          ParseFailure.Cause.UNSUPPORTED_TYPE,
          "The file is %s, which is not read here; %s.".formatted(type, Format.READ));
    }
    if (!Detection.agree(declared, type)) {
      writer.note(
          "The file was declared as %s and is %s; it was read as that."
              .formatted(declared, type.getBaseType()));
    }
    read(file, type, format);
    throwFatal();
    ParsedText text = writer.finish();
    if (text.text().isEmpty()) {
      String notes = text.notes().isEmpty() ? "" : " " + String.join(" ", text.notes());
      throw new ParseFailure(
          ParseFailure.Cause.NO_TEXT,
          "The file (%s) has no text that can be read.".formatted(type.getBaseType()) + notes);
    }
    return text;
  }

  private void read(Path file, MediaType type, Format format)
      throws IOException, TikaException, SAXException {
    String charset = charset(type);
    switch (format) {
      case PDF -> PdfText.read(file, writer, recognition);
      case HTML -> HtmlText.read(file, charset, writer);
      case MARKDOWN -> {
        try (Reader in = Charsets.open(file, charset)) {
          MarkdownText.read(in, writer);
        }
      }
      case TEXT -> {
        try (Reader in = Charsets.open(file, charset)) {
          PlainText.read(in, writer);
        }
      }
      case CSV, TSV -> {
        try (Reader in = Charsets.open(file, charset)) {
          CsvText.read(in, writer);
        }
      }
      case MAIL -> MailText.read(file, depth, writer, budget, this::part);
      case OFFICE, SHEETS -> {
        if (Format.isPacked(type)) {
          ZipCheck.check(file, budget);
        }
        if (Format.isOpenDocument(type)) {
          OpenDocumentText.read(file, format == Format.SHEETS, writer);
        } else {
          OfficeText.read(file, type, format == Format.SHEETS, writer, this::part);
        }
      }
    }
  }

  private @Nullable String charset(MediaType type) {
    String found = type.getParameters().get("charset");
    if (found != null) {
      return found;
    }
    MediaType declared = depth > 0 ? null : MediaType.parse(request.contentType());
    return declared == null ? null : declared.getParameters().get("charset");
  }

  /** A file in the file: read when it is of a format that is, else noted; pictures are neither. */
  private void part(InputStream bytes, String declared, String name) throws IOException {
    throwFatal();
    String shown = name.isEmpty() ? "A part" : "The part %s".formatted(oneLine(name));
    if (declared.startsWith("image/") || declared.startsWith("application/x-emf")) {
      return;
    }
    Path file = Files.createTempFile(EMBEDDED, ".bin");
    depth++;
    try {
      budget.checkDepth(depth);
      Files.delete(file);
      Files.copy(budget.counted(bytes), file);
      if (Files.size(file) == 0) {
        return;
      }
      MediaType type = Detection.of(file, declared, name);
      Format format = Format.of(type);
      if (format == null) {
        if (!name.isEmpty() && !type.getType().equals("image")) {
          writer.note("%s is %s, which is not read.".formatted(shown, type.getBaseType()));
        }
        return;
      }
      writer.endBlock(Gap.PARAGRAPH);
      int first = writer.page();
      if (!name.isEmpty()) {
        writer.text(oneLine(name));
        writer.endHeading(2);
      }
      read(file, type, format);
      writer.endBlock(Gap.PARAGRAPH);
      if (writer.page() > first) {
        writer.note("%s is on the pages %d to %d.".formatted(shown, first, writer.page()));
      }
    } catch (TikaException | SAXException | RuntimeException e) {
      ParseFailure failure = failure(e);
      switch (failure.reason()) {
        case ENCRYPTED, BROKEN, NO_TEXT, UNSUPPORTED_TYPE ->
            writer.note("%s is not read: %s".formatted(shown, failure.detail()));
        case TOO_LARGE_OUTPUT,
            EXPANDS_TOO_MUCH,
            TOO_MANY_PAGES,
            TOO_DEEP,
            OUT_OF_MEMORY,
            TIMED_OUT,
            CRASHED,
            UNAVAILABLE -> {
          fatal = failure;
          throw failure;
        }
      }
    } finally {
      depth--;
      Files.deleteIfExists(file);
    }
  }

  /** Some readers go on after a part that failed. */
  private void throwFatal() {
    if (fatal != null) {
      throw fatal;
    }
  }

  private static String oneLine(String name) {
    String line = name.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    return line.length() > 200 ? line.substring(0, 200) : line;
  }

  /** What a fault of a reader means to the sender of the file. */
  public static ParseFailure failure(Throwable fault) {
    int steps = 0;
    boolean unwritten = false;
    for (Throwable cause = fault; cause != null && steps < 20; cause = cause.getCause()) {
      steps++;
      unwritten = unwritten || cause instanceof IOException;
      if (cause instanceof ParseFailure known) {
        return known;
      }
      if (cause instanceof EncryptedDocumentException
          || cause instanceof org.apache.poi.EncryptedDocumentException) {
        return new ParseFailure(
            ParseFailure.Cause.ENCRYPTED, "The file needs a password; send it without protection.");
      }
      if (cause instanceof OutOfMemoryError) {
        return new ParseFailure(
            ParseFailure.Cause.OUT_OF_MEMORY,
            "The file needs more memory than a parsing process has; send it in parts.");
      }
      if (cause instanceof StackOverflowError) {
        return new ParseFailure(
            ParseFailure.Cause.TOO_DEEP,
            "The file's parts are nested too deep to be followed; documents have a few levels.");
      }
    }
    if (unwritten && TemporaryFiles.areOutOfRoom()) {
      return TemporaryFiles.outOfRoom();
    }
    // Readers' own messages can quote the file, so only their kind is told.
    return new ParseFailure(
        ParseFailure.Cause.BROKEN,
        "The file is damaged or not what its format says (%s); send one that its program opens."
            .formatted(fault.getClass().getSimpleName()));
  }
}
