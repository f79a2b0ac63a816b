package io.ruche.aiproxy.form;

import io.ruche.aiproxy.operation.FieldFailures;
import io.ruche.http.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Watches the body of a form (multipart/form-data, RFC 7578) pass, in pieces as they come, and
 * remembers the few fields that Ruche needs and where they stand. Changes nothing and keeps no more
 * than {@link #LONGEST_VALUE} bytes. Not thread-safe.
 */
public final class MultipartScan {

  /** So much of the beginning of a file is remembered; it tells its kind. */
  public static final int FILE_HEAD_BYTES = 24;

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
  private final SeenFields fields;
  private final byte[] fileHead = new byte[FILE_HEAD_BYTES];
  private long fileStart = -1;
  private long fileEnd = -1;

  /**
   * A scan of a form.
   *
   * @param boundary as the Content-Type names it, without its dashes
   */
  MultipartScan(FormKind kind, String boundary) {
    this.toModel = kind == FormKind.AUDIO;
    this.fields = new SeenFields(kind);
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
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
        case CLOSED -> epilogue(b);
      }
    }
  }

  private void content(byte b) {
    if (keeping) {
      keep(b);
    } else if (inFile() && offset - fileStart <= fileHead.length) {
      fileHead[(int) (offset - fileStart) - 1] = b;
    }
    if (b != delimiter[matched]) {
      if (part == null && (offset > 1 || b != '\r')) {
        throw malformed("it does not begin with its boundary");
      }
      matched = b == '\r' ? 1 : 0;
    } else if (++matched == delimiter.length) {
      if (part != null && offset - contentStart < delimiter.length) {
        throw malformed("a part has no line between its headers and the next boundary");
      }
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
    kept.write(b);
    boolean second = kept.size() == 2;
    byte first = kept.toByteArray()[0];
    if (b != (first == '-' ? '-' : second ? '\n' : '\r')) {
      throw malformed("a boundary is followed by neither CRLF nor two dashes");
    }
    if (second && first == '-') {
      state = State.CLOSED;
    } else if (second) {
      // Headers may be absent, so that the blank line ends the line of the delimiter.
      state = State.HEADERS;
    }
  }

  private static void epilogue(byte b) {
    if (b != '\r' && b != '\n') {
      throw malformed("something follows its end");
    }
  }

  private void headers(byte b) {
    boolean broken = b == '\n' && !endsWithReturn();
    kept.write(b);
    if (broken) {
      throw malformed("a header line of a part does not end with CRLF");
    } else if (b == '\n' && endsHeaders()) {
      begin(PartHeaders.read(kept.toString(StandardCharsets.UTF_8)));
    } else if (kept.size() > LONGEST_HEADERS) {
      throw malformed("the headers of a part are longer than " + LONGEST_HEADERS + " bytes");
    }
  }

  private boolean endsWithReturn() {
    byte[] read = kept.toByteArray();
    return read[read.length - 1] == '\r';
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
    // Some take a boundary right behind the headers for the end of a part that is empty.
    matched = 2;
    contentStart = offset;
    fields.add(next);
    keeping = toModel && (next.name().equals("model") || isStream(next));
    if (next.name().equals("file")) {
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
    } else if (inFile()) {
      fileEnd = contentEnd;
    }
    keeping = false;
  }

  private void model(String value, long valueEnd) {
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

  private boolean inFile() {
    return fileStart >= 0 && fileEnd < 0;
  }

  static Failure malformed(String why) {
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
    if (fileStart < 0 && !fields.has("url")) {
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

  /** Whether as much of the file has come as tells what it is. */
  public boolean fileTold() {
    return fileStart >= 0 && (fileEnd >= 0 || offset - fileStart >= fileHead.length);
  }

  /** The first {@link #FILE_HEAD_BYTES} of the file, as far as they have come. */
  public byte[] fileHead() {
    return Arrays.copyOf(fileHead, (int) Math.min(fileHead.length, fileBytes()));
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
