package io.ruche.embedservice.parse.read;

import io.ruche.embedservice.parse.plain.Rows;
import io.ruche.embedservice.parse.text.TextWriter;
import io.ruche.embedservice.parse.text.TextWriter.Gap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cells of the row that is being read. */
final class Cells {

  private static final int MOST = 20_000;

  private final TextWriter writer;
  private final StringBuilder cell = new StringBuilder();
  private List<String> row = new ArrayList<>();
  private int length;
  private boolean open;

  Cells(TextWriter writer) {
    this.writer = writer;
  }

  void begin() {
    open = true;
  }

  /** Whether what comes is of a cell. */
  boolean isOpen() {
    return open;
  }

  /** Whether the open cell has no text yet. */
  boolean isBlank() {
    return cell.isEmpty();
  }

  /** Whether the row has no cell yet. */
  boolean isEmpty() {
    return row.isEmpty();
  }

  void text(CharSequence text) {
    writer.checkRoom(length + text.length());
    length += text.length();
    cell.append(text);
  }

  void end() {
    open = false;
    if (row.size() < MOST) {
      row.add(cell.toString());
    }
    cell.setLength(0);
  }

  /** Writes the row, by the names of its columns when it is of a sheet. */
  void endRow(@Nullable Rows sheet) {
    List<String> values = row;
    row = new ArrayList<>();
    length = 0;
    if (sheet != null) {
      sheet.row(values);
      return;
    }
    boolean more = false;
    for (String value : values) {
      if (!value.isBlank()) {
        writer.text(more ? " | " : "");
        writer.text(value.strip());
        more = true;
      }
    }
    writer.endBlock(Gap.LINE);
  }
}
