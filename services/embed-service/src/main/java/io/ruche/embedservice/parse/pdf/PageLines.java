package io.ruche.embedservice.parse.pdf;

import io.ruche.embedservice.parse.text.TextWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageTree;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;

/** Collects the lines of every page, with the size and weight of their letters. */
final class PageLines extends PDFTextStripper {

  private final int mostPages;
  private final TextWriter room;
  private final List<List<Line>> pages = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private List<Line> lines = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private long characters;
  private int letters;
  private int bold;
  private double sizes;
  private boolean opens = true;

  PageLines(int mostPages, TextWriter room) {
    this.mostPages = mostPages;
    this.room = room;
    setSuppressDuplicateOverlappingText(false);
    // Pages are counted here, so every one is within the range of the class above.
    setStartPage(0);
  }

  /** The lines of each page, those that could not be read empty. */
  List<List<Line>> pages() {
    return pages;
  }

  /** What was wrong with pages. */
  List<String> faults() {
    return faults;
  }

  @Override
  protected void processPages(PDPageTree tree) throws IOException {
    for (PDPage page : tree) {
      if (pages.size() >= mostPages) {
        // One more tells that there are too many.
        pages.add(List.of());
        return;
      }
      lines = new ArrayList<>();
      try {
        processPage(page);
      } catch (IOException
          | IllegalArgumentException
          | IllegalStateException
          | IndexOutOfBoundsException
          | ClassCastException
          | NullPointerException e) {
        faults.add(
            "Page %d could not be read whole (%s)."
                .formatted(pages.size() + 1, e.getClass().getSimpleName()));
      }
      endLine();
      pages.add(lines);
    }
  }

  @Override
  protected void writeString(String string, List<TextPosition> positions) {
    characters += string.length();
    room.checkRoom((int) Math.min(characters, Integer.MAX_VALUE));
    text.append(string);
    for (TextPosition position : positions) {
      letters++;
      sizes += position.getFontSizeInPt();
      bold += isBold(position) ? 1 : 0;
    }
  }

  @Override
  protected void writeWordSeparator() {
    text.append(' ');
  }

  @Override
  protected void writeLineSeparator() {
    endLine();
  }

  @Override
  protected void writeParagraphStart() {
    endLine();
    opens = true;
  }

  @Override
  protected void writeParagraphEnd() {
    endLine();
  }

  private void endLine() {
    String line = text.toString().strip();
    if (!line.isEmpty()) {
      int size = letters == 0 ? 0 : (int) Math.round(10 * sizes / letters);
      lines.add(new Line(line, size, bold * 2 > letters, opens));
      opens = false;
    }
    text.setLength(0);
    letters = 0;
    bold = 0;
    sizes = 0;
  }

  private static boolean isBold(TextPosition position) {
    PDFontDescriptor descriptor = position.getFont().getFontDescriptor();
    if (descriptor != null && (descriptor.isForceBold() || descriptor.getFontWeight() >= 600)) {
      return true;
    }
    String name = position.getFont().getName();
    return name != null && name.toLowerCase(Locale.ROOT).contains("bold");
  }
}
