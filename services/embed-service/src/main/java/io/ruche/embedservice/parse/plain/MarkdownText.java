package io.ruche.embedservice.parse.plain;

import io.ruche.embedservice.parse.text.TextWriter;
import io.ruche.embedservice.parse.text.TextWriter.Gap;
import java.io.IOException;
import java.io.Reader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Markdown as it stands, which people read well; its headings are found, those in code not. */
public final class MarkdownText {

  /** A longer line is no heading, and no pattern looks at it. */
  private static final int LONGEST_HEADING = 500;

  private static final Pattern HEADING = Pattern.compile(" {0,3}(#{1,6})[ \\t]+(.*?)[ \\t#]*");
  private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,}).*");
  private static final Pattern UNDERLINE = Pattern.compile(" {0,3}(=+|-{2,})[ \\t]*");

  private final TextWriter writer;
  private String fence = "";
  private String held = "";
  private boolean first = true;

  private MarkdownText(TextWriter writer) {
    this.writer = writer;
  }

  /** Reads all of it. */
  public static void read(Reader in, TextWriter writer) throws IOException {
    MarkdownText text = new MarkdownText(writer);
    StringBuilder line = new StringBuilder();
    char[] buffer = new char[1 << 13];
    char before = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      for (int i = 0; i < count; i++) {
        char c = buffer[i];
        if (c == '\n' || c == '\r') {
          if (c == '\r' || before != '\r') {
            text.line(line.toString());
            line.setLength(0);
          }
        } else {
          line.append(c);
        }
        before = c;
      }
    }
    text.line(line.toString());
    text.end();
  }

  private void line(String line) {
    boolean wasFirst = first;
    first = false;
    if (wasFirst && line.strip().equals("---")) {
      fence = "---";
      write(line);
      return;
    }
    if (line.length() > LONGEST_HEADING) {
      release();
      write(line);
      return;
    }
    if (!fence.isEmpty()) {
      write(line);
      if (line.strip().equals(fence) || (fence.charAt(0) != '-' && closes(line.strip()))) {
        fence = "";
        writer.endBlock(Gap.PARAGRAPH);
      }
      return;
    }
    Matcher opening = FENCE.matcher(line);
    if (opening.matches()) {
      release();
      writer.endBlock(Gap.PARAGRAPH);
      fence = opening.group(1);
      write(line);
      return;
    }
    Matcher heading = HEADING.matcher(line);
    if (heading.matches() && !heading.group(2).isBlank()) {
      release();
      writer.endBlock(Gap.PARAGRAPH);
      heading(heading.group(2), heading.group(1).length());
      return;
    }
    if (!held.isEmpty() && UNDERLINE.matcher(line).matches()) {
      String text = held;
      held = "";
      heading(text.strip(), line.strip().startsWith("=") ? 1 : 2);
      return;
    }
    boolean starts = held.isEmpty() && writer.atStart();
    release();
    if (line.isBlank()) {
      writer.endBlock(Gap.PARAGRAPH);
    } else if (starts) {
      held = line;
    } else {
      write(line);
    }
  }

  private boolean closes(String line) {
    return line.length() >= fence.length() && line.chars().allMatch(c -> c == fence.charAt(0));
  }

  private void heading(String text, int level) {
    writer.text(text);
    writer.endHeading(level);
    if (level == 1) {
      writer.title(text);
    }
  }

  private void release() {
    if (!held.isEmpty()) {
      String line = held;
      held = "";
      write(line);
    }
  }

  private void write(String line) {
    writer.text(line);
    writer.lineBreak();
  }

  private void end() {
    release();
    writer.endBlock(Gap.PARAGRAPH);
  }
}
