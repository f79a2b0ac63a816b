package io.ruche.embedservice.parse.plain;

import io.ruche.embedservice.parse.text.TextWriter;
import io.ruche.embedservice.parse.text.TextWriter.Gap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Writes the rows of one table, each on a line that says on its own what its values are: {@code
 * Produit: Café; Prix: 12,50}. The names are those of the first row when it looks like names.
 */
public final class Rows {

  private static final int LONGEST_NAME = 80;
  private static final int MOST_NAMES = 200;

  private final TextWriter writer;
  private List<String> names = List.of();
  private boolean begun;

  /** Of one table. */
  public Rows(TextWriter writer) {
    this.writer = writer;
  }

  /** Writes a row; one without values is left out. */
  public void row(List<String> cells) {
    List<String> values = cells.stream().map(Rows::oneLine).toList();
    if (values.stream().allMatch(String::isEmpty)) {
      return;
    }
    if (!begun) {
      begun = true;
      if (areNames(values)) {
        names = values;
        writer.text(String.join(" | ", values));
        writer.endBlock(Gap.LINE);
        return;
      }
    }
    boolean more = false;
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      if (value.isEmpty()) {
        continue;
      }
      if (more) {
        writer.text(names.isEmpty() ? " | " : "; ");
      }
      if (i < names.size() && !names.get(i).isEmpty()) {
        writer.text(names.get(i));
        writer.text(": ");
      }
      writer.text(value);
      more = true;
    }
    writer.endBlock(Gap.LINE);
  }

  private static boolean areNames(List<String> values) {
    Set<String> seen = new HashSet<>();
    int filled = 0;
    for (String value : values) {
      if (value.isEmpty()) {
        continue;
      }
      filled++;
      if (value.length() > LONGEST_NAME
          || value.codePoints().noneMatch(Character::isLetter)
          || !seen.add(value.toLowerCase(Locale.ROOT))) {
        return false;
      }
    }
    return filled >= 2 && filled * 2 > values.size() && values.size() <= MOST_NAMES;
  }

  private static String oneLine(String cell) {
    return cell.replaceAll("\\s+", " ").strip();
  }
}
