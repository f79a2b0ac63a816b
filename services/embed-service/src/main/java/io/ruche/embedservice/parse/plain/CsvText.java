package io.ruche.embedservice.parse.plain;

import io.ruche.embedservice.parse.text.TextWriter;
import io.ruche.embedservice.parse.text.TextWriter.Gap;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of values with a separator. A quote that is never closed does not swallow the rest of the
 * file: past a length it counts as text.
 */
public final class CsvText {

  private static final int BUFFER = 1 << 13;
  private static final int SAMPLE = 1 << 16;
  private static final int MOST_CELLS = 10_000;
  private static final int LONGEST_QUOTED = 1_000_000;

  private final char separator;
  private final Rows rows;
  private final StringBuilder cell = new StringBuilder();
  private List<String> cells = new ArrayList<>();
  private boolean quoted;
  private boolean closing;

  private CsvText(char separator, TextWriter writer) {
    this.separator = separator;
    this.rows = new Rows(writer);
  }

  /** Reads with the separator that the first lines have most of: comma, semicolon, tab or bar. */
  public static void read(Reader in, TextWriter writer) throws IOException {
    char[] sample = new char[SAMPLE];
    int length = 0;
    int count = in.read(sample);
    while (count > 0) {
      length += count;
      count = length < SAMPLE ? in.read(sample, length, SAMPLE - length) : 0;
    }
    CsvText text = new CsvText(separator(sample, length), writer);
    text.take(sample, length);
    char[] buffer = new char[BUFFER];
    for (count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      text.take(buffer, count);
    }
    text.endRow();
    writer.endBlock(Gap.PARAGRAPH);
  }

  private static char separator(char[] sample, int length) {
    char best = ',';
    int most = 0;
    for (char candidate : new char[] {',', ';', '\t', '|'}) {
      int count = 0;
      boolean inside = false;
      for (int i = 0; i < length && sample[i] != '\n'; i++) {
        inside ^= sample[i] == '"';
        count += !inside && sample[i] == candidate ? 1 : 0;
      }
      if (count > most) {
        most = count;
        best = candidate;
      }
    }
    return best;
  }

  private void take(char[] chars, int count) {
    for (int i = 0; i < count; i++) {
      take(chars[i]);
    }
  }

  private void take(char c) {
    if (quoted && !closing) {
      if (c == '"') {
        closing = true;
      } else {
        cell.append(c);
        quoted = cell.length() < LONGEST_QUOTED;
      }
      return;
    }
    if (closing && c == '"') {
      closing = false;
      cell.append('"');
      return;
    }
    if (closing) {
      closing = false;
      quoted = false;
    }
    if (c == '"' && cell.isEmpty()) {
      cell.setLength(0);
      quoted = true;
    } else if (c == separator && cells.size() < MOST_CELLS) {
      cells.add(cell.toString());
      cell.setLength(0);
    } else if (c == '\n' || c == '\r') {
      endRow();
    } else {
      cell.append(c);
      if (cell.length() >= LONGEST_QUOTED) {
        // One endless line: written as it comes.
        endRow();
      }
    }
  }

  private void endRow() {
    cells.add(cell.toString());
    cell.setLength(0);
    quoted = false;
    closing = false;
    rows.row(cells);
    cells = new ArrayList<>();
  }
}
