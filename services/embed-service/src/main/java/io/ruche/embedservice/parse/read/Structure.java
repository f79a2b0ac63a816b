package io.ruche.embedservice.parse.read;

import io.ruche.embedservice.parse.plain.Rows;
import io.ruche.embedservice.parse.text.TextWriter;
import io.ruche.embedservice.parse.text.TextWriter.Gap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes elements of HTML as text: blocks as paragraphs, list items and rows as lines, headings as
 * headings, pages as pages. Nothing here recurses, however deep the elements are.
 */
final class Structure {

  private static final String SHEET_NAME = "sheet-name";
  private static final String SHEET = "sheet";

  private final TextWriter writer;
  private final boolean sheets;
  private final Items items = new Items();
  private final Cells cells;
  private @Nullable Rows rows;
  private int tables;
  private int silent;
  private boolean inTitle;
  private final StringBuilder title = new StringBuilder();
  private int preformatted;
  private boolean space;
  private int heading;
  private String pageKind = "";

  /**
   * A structure.
   *
   * @param sheets whether tables are sheets, whose rows get the names of their columns
   */
  Structure(TextWriter writer, boolean sheets) {
    this.writer = writer;
    this.sheets = sheets;
    this.cells = new Cells(writer);
  }

  /** An element begins. */
  void begin(String element, @Nullable String kind) {
    String tag = element.toLowerCase(Locale.ROOT);
    if (tag.equals("title")) {
      inTitle = true;
      return;
    }
    if (silent > 0 || Tags.SILENT.contains(tag)) {
      silent += Tags.SILENT.contains(tag) ? 1 : 0;
      return;
    }
    if (kind != null && Tags.isPage(kind)) {
      page(kind);
      return;
    }
    int level = Tags.level(tag);
    if (level > 0 && !cells.isOpen()) {
      endBlock(Gap.PARAGRAPH);
      if (sheets) {
        page(SHEET_NAME);
      }
      heading = level;
      return;
    }
    switch (tag) {
      case "br" -> lineBreak();
      case "pre", "textarea" -> {
        endBlock(Gap.PARAGRAPH);
        preformatted++;
      }
      case "ul", "ol" -> {
        endBlock(items.gap());
        items.beginList(tag.equals("ol"));
      }
      case "li" -> item();
      case "table" -> {
        tables++;
        if (tables == 1) {
          endBlock(Gap.PARAGRAPH);
          if (sheets) {
            page(SHEET);
          }
          rows = sheets ? new Rows(writer) : null;
        }
      }
      case "td", "th" -> {
        if (tables <= 1) {
          endCell();
          cells.begin();
        } else {
          blank();
        }
      }
      case "tr" -> {
        if (tables <= 1) {
          endRow();
        }
      }
      default -> {
        if (Tags.BLOCKS.contains(tag)) {
          endBlock(items.gap());
        }
      }
    }
  }

  /** An element ends. */
  void end(String element) {
    String tag = element.toLowerCase(Locale.ROOT);
    if (tag.equals("title")) {
      inTitle = false;
      writer.title(title.toString());
      title.setLength(0);
      return;
    }
    if (silent > 0) {
      silent -= Tags.SILENT.contains(tag) ? 1 : 0;
      return;
    }
    if (Tags.level(tag) > 0 && heading > 0) {
      writer.endHeading(heading);
      heading = 0;
      space = false;
      return;
    }
    switch (tag) {
      case "pre", "textarea" -> {
        endBlock(Gap.PARAGRAPH);
        preformatted = Math.max(0, preformatted - 1);
      }
      case "ul", "ol" -> {
        items.endList();
        endBlock(items.gap());
      }
      case "li" -> endBlock(Gap.LINE);
      case "td", "th" -> {
        if (tables <= 1) {
          endCell();
        }
      }
      case "tr" -> {
        if (tables <= 1) {
          endRow();
        }
      }
      case "table" -> {
        if (tables == 1) {
          endRow();
          rows = null;
          endBlock(Gap.PARAGRAPH);
        }
        tables = Math.max(0, tables - 1);
      }
      default -> {
        if (Tags.BLOCKS.contains(tag)) {
          endBlock(items.gap());
        }
      }
    }
  }

  /** Text within the element. */
  void text(CharSequence text) {
    if (inTitle && title.length() < 2000) {
      title.append(text, 0, Math.min(text.length(), 2000));
    }
    if (silent > 0 || inTitle) {
      return;
    }
    if (preformatted > 0 && !cells.isOpen()) {
      begin();
      writer.text(text);
      return;
    }
    StringBuilder run = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f') {
        space = true;
      } else {
        if (space && !(run.isEmpty() && atLineStart())) {
          run.append(' ');
        }
        space = false;
        run.append(c);
      }
    }
    if (!run.isEmpty()) {
      write(run);
    }
  }

  /** The end of all. */
  void finish() {
    endRow();
    endBlock(Gap.PARAGRAPH);
  }

  /** Ends what is open, for a part that writes by itself. */
  void endBlock(Gap gap) {
    if (cells.isOpen()) {
      blank();
      return;
    }
    if (heading > 0) {
      // A paragraph within a heading, as some writers make them.
      blank();
      return;
    }
    space = false;
    writer.endBlock(gap);
  }

  /** A page begins, unless the element is a further one of the page that has just begun. */
  private void page(String kind) {
    endBlock(Gap.PARAGRAPH);
    boolean same =
        (kind.equals("slide-content") && pageKind.equals("slide"))
            || (kind.equals(SHEET_NAME) && pageKind.equals("page"))
            || (kind.equals(SHEET) && (pageKind.equals("page") || pageKind.equals(SHEET_NAME)));
    if (!same) {
      rows = null;
      writer.beginPage();
    }
    // After its name the sheet's table is still to come.
    pageKind = kind;
  }

  private void item() {
    endBlock(Gap.LINE);
    if (!cells.isOpen() && heading == 0) {
      items.beginItem();
    }
  }

  private void lineBreak() {
    if (cells.isOpen() || heading > 0) {
      blank();
    } else {
      writer.lineBreak();
      space = false;
    }
  }

  private void endCell() {
    if (cells.isOpen()) {
      cells.end();
      space = false;
    }
  }

  private void endRow() {
    endCell();
    if (!cells.isEmpty()) {
      endBlock(Gap.LINE);
      items.takePrefix();
      cells.endRow(rows);
    }
  }

  private void blank() {
    space = true;
  }

  private boolean atLineStart() {
    if (cells.isOpen()) {
      return cells.isBlank();
    }
    char last = items.hasPrefix() ? ' ' : writer.last();
    return last == '\n' || last == ' ';
  }

  private void write(CharSequence run) {
    if (cells.isOpen()) {
      cells.text(run);
    } else {
      begin();
      writer.text(run);
    }
  }

  private void begin() {
    if (items.hasPrefix()) {
      writer.text(items.takePrefix());
    }
  }
}
