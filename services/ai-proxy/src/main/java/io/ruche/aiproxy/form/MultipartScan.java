package io.ruche.aiproxy.form;

import io.ruche.aiproxy.operation.FieldFailures;
import io.ruche.http.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Watches the body of a form (multipart/form-data, RFC 7578) pass, in pieces as they come, and
 * remembers the few fields that Ruche needs and where they stand. Changes nothing and keeps no more
 * than {@link #LONGEST_VALUE} bytes. Not thread-safe.
 */
public final class MultipartScan {

  private static final int LONGEST_HEADERS = 8 * 1024;
  private static final int LONGEST_VALUE = 1_024;

  private enum State {
    /** In a part, or before the first. */
    CONTENT,
    /** Behind a delimiter: another part, or the end. */
    DELIMITED,
    HEADERS,
    /** Behind the last delimiter. */
    CLOSED
  }

  /** A boundary on a line of its own; no byte of it but the first is a carriage return. */
  private final byte[] delimiter;

  private final boolean toModel;

  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(128);
  private State state = State.CONTENT;

  /** How much of the delimiter has come; the line before the first one may be missing. */
  private int matched = 2;

  private long offset;
  private @Nullable PartHeaders part;
  private boolean keeping;
  private long contentStart;
  private @Nullable String model;
  private long modelStart;
  private long modelEnd;
  private boolean stream;
  private boolean address;
  private @Nullable String fileName;
  private long fileStart = -1;
  private long fileEnd = -1;

  /**
   * A scan of a form that asks a model.
   *
   * @param boundary as the Content-Type names it, without its dashes
   */
  public MultipartScan(String boundary) {
    this(boundary, true);
  }

  private MultipartScan(String boundary, boolean toModel) {
    this.toModel = toModel;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A scan of a form that asks no model, and whose file is to be kept. */
  public static MultipartScan ofFile(String boundary) {
    return new MultipartScan(boundary, false);
  }

  /**
   * The next bytes of the body.
   *
   * @throws Failure 400 that says what is wrong and where
   */
  public void feed(byte[] bytes) {
    for (byte b : bytes) {
      offset++;
      switch (state) {
        case CONTENT -> content(b);
        case DELIMITED -> delimited(b);
        case HEADERS -> headers(b);
        case CLOSED -> {}
      }
    }
  }

  private void content(byte b) {
    if (keeping) {
      keep(b);
    }
    if (b != delimiter[matched]) {
      matched = b == '\r' ? 1 : 0;
    } else if (++matched == delimiter.length) {
      matched = 0;
      end(offset - delimiter.length);
      kept.reset();
      state = State.DELIMITED;
    }
  }

  private void keep(byte b) {
    if (kept.size() == LONGEST_VALUE + delimiter.length) {
      throw FieldFailures.wrong(
          "invalid_value", name(), name() + " must be at most " + LONGEST_VALUE + " bytes.");
    }
    kept.write(b);
  }

  /** Two dashes, or the end of the line; what a provider might take for content is refused. */
  private void delimited(byte b) {
    boolean dashes = kept.size() == 1 && kept.toByteArray()[0] == '-';
    if (b == '-' && dashes) {
      state = State.CLOSED;
    } else if (b == '\n') {
      // Headers may be absent, so that the blank line ends the line of the delimiter.
      kept.reset();
      kept.write('\r');
      kept.write('\n');
      state = State.HEADERS;
    } else if (dashes || kept.size() > 64 || "- \t\r".indexOf(b) < 0) {
      throw malformed("a boundary is followed by what is no part");
    } else {
      kept.write(b);
    }
  }

  private void headers(byte b) {
    kept.write(b);
    if (b == '\n' && endsHeaders()) {
      begin(PartHeaders.read(kept.toString(StandardCharsets.UTF_8)));
    } else if (kept.size() > LONGEST_HEADERS) {
      throw malformed("the headers of a part are longer than " + LONGEST_HEADERS + " bytes");
    }
  }

  private boolean endsHeaders() {
    byte[] read = kept.toByteArray();
    int end = read.length;
    return end >= 4 && read[end - 4] == '\r' && read[end - 3] == '\n' && read[end - 2] == '\r';
  }

  private void begin(PartHeaders next) {
    part = next;
    kept.reset();
    state = State.CONTENT;
    matched = 0;
    contentStart = offset;
    // OpenAI's library for Java sends bytes without a file name.
    boolean file = next.fileName() != null || next.name().equals("file");
    keeping = toModel && !file && (next.name().equals("model") || isStream(next));
    address |= toModel && next.name().equals("url");
    if (file && fileStart < 0) {
      fileName = next.fileName();
      fileStart = offset;
    }
  }

  private static boolean isStream(PartHeaders next) {
    return next.name().equals("stream");
  }

  private void end(long contentEnd) {
    PartHeaders ended = part;
    if (ended != null && keeping) {
      byte[] all = kept.toByteArray();
      int length = Math.max(0, all.length - delimiter.length);
      String value = new String(all, 0, length, StandardCharsets.UTF_8);
      if (isStream(ended)) {
        stream = value.equals("true") || value.equals("1");
      } else {
        model(value, contentEnd);
      }
    } else if (ended != null && fileStart >= 0 && fileEnd < 0) {
      fileEnd = contentEnd;
    }
    keeping = false;
  }

  /** A field given twice is read one way here and maybe another way by the provider. */
  private void model(String value, long valueEnd) {
    if (model != null) {
      throw FieldFailures.wrong(
          "duplicate_parameter", "model", "model is given twice; give it once.");
    }
    if (value.isEmpty() || value.length() > 256 || value.chars().anyMatch(c -> c < 0x20)) {
      throw FieldFailures.wrong(
          "invalid_value", "model", "model must be 1 to 256 characters on one line.");
    }
    model = value;
    modelStart = contentStart;
    modelEnd = valueEnd;
  }

  private String name() {
    return part == null ? "" : part.name();
  }

  private static Failure malformed(String why) {
    return Failure.of(
        400,
        "invalid_form",
        "The body is not a form",
        "The body is not valid multipart/form-data: " + why + ".");
  }

  /**
   * Holds that the body has come to its end, and that it was a whole form.
   *
   * @throws Failure 400 when it was cut, or names no model or no sound
   */
  public void requireWhole() {
    if (state != State.CLOSED) {
      throw malformed("it ends before the closing boundary");
    }
    if (toModel && model == null) {
      throw FieldFailures.missing("model", "a field of the form that names a model");
    }
    if (fileStart < 0 && !address) {
      throw FieldFailures.missing(
          "file", toModel ? "a part of the form, the sound" : "a part of the form");
    }
  }

  /** What the field model says; null while it has not come. */
  public @Nullable String model() {
    return model;
  }

  /** Where in the body the value of the field model begins. */
  public long modelStart() {
    return modelStart;
  }

  /** Where it ends. */
  public long modelEnd() {
    return modelEnd;
  }

  /** Whether a stream of events was asked for, as far as has come. */
  public boolean stream() {
    return stream;
  }

  /** Whether the first byte of the file has come, or may come next. */
  public boolean fileBegun() {
    return fileStart >= 0;
  }

  /** What the client calls the file; null while it has not begun. */
  public @Nullable String fileName() {
    return fileName;
  }

  /** Bytes of the file, once it has ended; else those that have come. */
  public long fileBytes() {
    return fileStart < 0 ? 0 : (fileEnd < 0 ? offset : fileEnd) - fileStart;
  }

  /** Whether the form is complete. */
  public boolean closed() {
    return state == State.CLOSED;
  }

  /** How many bytes have come. */
  public long bytes() {
    return offset;
  }
}
