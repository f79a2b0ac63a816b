package io.ruche.embedservice.parse.wire;

import io.ruche.embedservice.document.Heading;
import io.ruche.embedservice.document.Page;
import io.ruche.embedservice.document.ParsedText;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The form of requests and replies on the two pipes. Each begins with a mark, so that what is not
 * of this protocol is told at its first bytes; every length is checked before anything is kept.
 */
public final class Wire {

  private static final int MARK = 0x52754368;
  private static final int STRETCH = 8192;
  private static final int MOST_LINES = 1_000;
  private static final int MOST_LINE_BYTES = 65_535;

  private Wire() {}

  /** Writes a request and flushes it. */
  public static void write(DataOutputStream out, Request request) throws IOException {
    Limits limits = request.limits();
    out.writeInt(MARK);
    out.writeLong(request.id());
    writeLine(out, request.file().toString());
    writeLine(out, request.contentType());
    writeLine(out, request.fileName());
    out.writeInt(limits.characters());
    out.writeInt(limits.pages());
    out.writeInt(limits.depth());
    out.writeLong(limits.unpackedBytes());
    out.writeInt(limits.ratio());
    out.writeLong(limits.cpuMillis());
    writeLine(out, limits.ocrCommand());
    writeLine(out, limits.ocrLanguages());
    out.writeLong(limits.ocrPageMillis());
    out.writeInt(limits.ocrPages());
    out.flush();
  }

  /**
   * Waits for a request.
   *
   * @throws IOException at the end of the pipe, too
   */
  public static Request readRequest(DataInputStream in) throws IOException {
    checkMark(in);
    long id = in.readLong();
    Path file = Path.of(readLine(in));
    String contentType = readLine(in);
    String fileName = readLine(in);
    Limits limits =
        new Limits(
            in.readInt(),
            in.readInt(),
            in.readInt(),
            in.readLong(),
            in.readInt(),
            in.readLong(),
            readLine(in),
            readLine(in),
            in.readLong(),
            in.readInt());
    return new Request(id, file, contentType, fileName, limits);
  }

  /** Writes a reply and flushes it. */
  public static void write(DataOutputStream out, Reply reply) throws IOException {
    out.writeInt(MARK);
    switch (reply) {
      case Reply.Ready() -> out.writeByte(0);
      case Reply.Recognizing(long id) -> {
        out.writeByte(1);
        out.writeLong(id);
      }
      case Reply.Parsed(long id, ParsedText text, long heapBytes) -> {
        out.writeByte(2);
        out.writeLong(id);
        out.writeLong(heapBytes);
        writeText(out, text);
      }
      case Reply.Failed(long id, ParseFailure failure) -> {
        out.writeByte(3);
        out.writeLong(id);
        writeLine(out, failure.reason().name());
        writeLine(out, failure.detail());
      }
    }
    out.flush();
  }

  /**
   * Waits for a reply.
   *
   * @throws IOException at the end of the pipe, and when it is none within the limits
   */
  public static Reply readReply(DataInputStream in, Limits limits) throws IOException {
    checkMark(in);
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case 0 -> new Reply.Ready();
      case 1 -> new Reply.Recognizing(in.readLong());
      case 2 -> {
        long id = in.readLong();
        long heapBytes = in.readLong();
        yield new Reply.Parsed(id, readText(in, limits), heapBytes);
      }
      case 3 -> {
        long id = in.readLong();
        yield new Reply.Failed(id, new ParseFailure(reason(readLine(in)), readLine(in)));
      }
      default -> throw new IOException("a reply of kind " + kind);
    };
  }

  private static ParseFailure.Cause reason(String name) throws IOException {
    for (ParseFailure.Cause cause : ParseFailure.Cause.values()) {
      if (cause.name().equals(name)) {
        return cause;
      }
    }
    throw new IOException("a cause that is none");
  }

  private static void writeText(DataOutputStream out, ParsedText parsed) throws IOException {
    String text = parsed.text();
    out.writeInt(text.length());
    int at = 0;
    while (at < text.length()) {
      int end = Math.min(text.length(), at + STRETCH);
      if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
        end--;
      }
      byte[] bytes = text.substring(at, end).getBytes(StandardCharsets.UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
      at = end;
    }
    out.writeInt(parsed.pages().size());
    for (Page page : parsed.pages()) {
      out.writeInt(page.number());
      out.writeInt(page.start());
      out.writeInt(page.end());
    }
    out.writeInt(parsed.headings().size());
    for (Heading heading : parsed.headings()) {
      out.writeInt(heading.level());
      out.writeInt(heading.start());
      out.writeInt(heading.end());
    }
    writeLine(out, parsed.title());
    out.writeInt(parsed.notes().size());
    for (String note : parsed.notes()) {
      writeLine(out, note);
    }
  }

  private static ParsedText readText(DataInputStream in, Limits limits) throws IOException {
    int length = bounded(in.readInt(), limits.characters(), "characters");
    StringBuilder text = new StringBuilder(length);
    while (text.length() < length) {
      byte[] bytes = new byte[bounded(in.readInt(), 3 * STRETCH, "bytes of a stretch")];
      in.readFully(bytes);
      String stretch = new String(bytes, StandardCharsets.UTF_8);
      if (stretch.isEmpty()) {
        throw new IOException("an empty stretch");
      }
      text.append(stretch);
    }
    List<Page> pages = new ArrayList<>();
    int end = 0;
    for (int left = bounded(in.readInt(), limits.pages(), "pages"); left > 0; left--) {
      Page page = new Page(in.readInt(), in.readInt(), in.readInt());
      checkRange(page.start(), page.end(), end, length);
      end = page.end();
      pages.add(page);
    }
    List<Heading> headings = new ArrayList<>();
    end = 0;
    for (int left = bounded(in.readInt(), Limits.HEADINGS, "headings"); left > 0; left--) {
      Heading heading = new Heading(in.readInt(), in.readInt(), in.readInt());
      checkRange(heading.start(), heading.end(), end, length);
      end = heading.end();
      headings.add(heading);
    }
    String title = readLine(in);
    List<String> notes = new ArrayList<>();
    for (int left = bounded(in.readInt(), MOST_LINES, "notes"); left > 0; left--) {
      notes.add(readLine(in));
    }
    return new ParsedText(
        text.toString(), List.copyOf(pages), List.copyOf(headings), title, List.copyOf(notes));
  }

  private static void checkRange(int start, int end, int from, int to) throws IOException {
    if (start < from || end < start || end > to) {
      throw new IOException("a range outside of the text");
    }
  }

  private static int bounded(int value, int most, String what) throws IOException {
    if (value < 0 || value > most) {
      throw new IOException(value + " " + what + " where " + most + " are the most");
    }
    return value;
  }

  private static void checkMark(DataInputStream in) throws IOException {
    if (in.readInt() != MARK) {
      throw new IOException("bytes that are not of the protocol");
    }
  }

  private static void writeLine(DataOutputStream out, String line) throws IOException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MOST_LINE_BYTES) {
      bytes = line.substring(0, MOST_LINE_BYTES / 3).getBytes(StandardCharsets.UTF_8);
    }
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readLine(DataInputStream in) throws IOException {
    byte[] bytes = new byte[bounded(in.readInt(), MOST_LINE_BYTES, "bytes of a line")];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
