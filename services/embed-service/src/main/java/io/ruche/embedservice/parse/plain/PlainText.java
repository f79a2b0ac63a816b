package io.ruche.embedservice.parse.plain;

import io.ruche.embedservice.parse.text.TextWriter;
import io.ruche.embedservice.parse.text.TextWriter.Gap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;

/** Text as it stands; an empty line ends a paragraph, a form feed a page. */
public final class PlainText {

  private static final int BUFFER = 1 << 13;

  private PlainText() {}

  /** Reads all of it. */
  public static void read(Reader in, TextWriter writer) throws IOException {
    BufferedReader lines = new BufferedReader(in);
    char[] buffer = new char[BUFFER];
    boolean blank = true;
    char before = 0;
    for (int count = lines.read(buffer); count >= 0; count = lines.read(buffer)) {
      int from = 0;
      for (int i = 0; i < count; i++) {
        char c = buffer[i];
        if (c == '\n' || c == '\r' || c == '\f') {
          writer.text(buffer, from, i - from);
          from = i + 1;
          if (c == '\f') {
            if (!writer.isEmpty() || !writer.atStart()) {
              writer.beginPage();
            }
            blank = true;
          } else if (c == '\r' || before != '\r') {
            if (blank) {
              writer.endBlock(Gap.PARAGRAPH);
            } else {
              writer.lineBreak();
            }
            blank = true;
          }
        } else if (c > ' ') {
          blank = false;
        }
        before = c;
      }
      writer.text(buffer, from, count - from);
    }
    writer.endBlock(Gap.PARAGRAPH);
  }
}
