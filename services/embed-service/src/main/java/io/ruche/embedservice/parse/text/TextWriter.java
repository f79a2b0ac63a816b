package io.ruche.embedservice.parse.text;

import io.ruche.embedservice.document.Heading;
import io.ruche.embedservice.document.Page;
import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.parse.wire.Limits;
import io.ruche.embedservice.parse.wire.ParseFailure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the one text of a file, block by block: a paragraph, a heading, a row. Pages and headings
 * get their ranges as they are written. Of one thread.
 */
public final class TextWriter {

  private static final int MOST_NOTES = 200;
  private static final int MOST_TITLE = 500;

  /** What goes between two blocks. */
  public enum Gap {
    /** A line feed, as between rows. */
    LINE,
    /** An empty line, as between paragraphs. */
    PARAGRAPH
  }

  private final Limits limits;
  private final StringBuilder out = new StringBuilder();
  private final StringBuilder block = new StringBuilder();
  private final List<Page> pages = new ArrayList<>();
  private final List<Heading> headings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private Gap gap = Gap.LINE;
  private String title = "";
  private int pageStart = -1;
  private boolean pageHasText;
  private boolean headingsLeftOut;
  private @Nullable ParseFailure failed;

  /** An empty text. */
  public TextWriter(Limits limits) {
    this.limits = limits;
  }

  /** Appends to the block that is open. */
  public void text(CharSequence text) {
    checkRoom(text.length());
    block.append(text);
  }

  /** The same for a stretch of an array. */
  public void text(char[] chars, int from, int length) {
    checkRoom(length);
    block.append(chars, from, length);
  }

  /** Ends the line within the block. */
  public void lineBreak() {
    text("\n");
  }

  /** Whether the block that is open has no text yet. */
  public boolean atStart() {
    return block.isEmpty();
  }

  /** The last character of the block that is open; a line feed when it has none. */
  public char last() {
    return block.isEmpty() ? '\n' : block.charAt(block.length() - 1);
  }

  /** Ends the block, if one is open; at least the gap goes before the next one. */
  public void endBlock(Gap after) {
    flush(after);
  }

  /** Ends the block as a heading of a level from 1, the highest, to 6. */
  public void endHeading(int level) {
    for (int i = 0; i < block.length(); i++) {
      if (block.charAt(i) == '\n' || block.charAt(i) == '\r') {
        block.setCharAt(i, ' ');
      }
    }
    int start = flush(Gap.PARAGRAPH);
    if (start >= 0 && headings.size() == Limits.HEADINGS) {
      if (!headingsLeftOut) {
        note("The headings after the %d. are read as paragraphs.".formatted(Limits.HEADINGS));
      }
      headingsLeftOut = true;
    } else if (start >= 0) {
      headings.add(new Heading(Math.clamp(level, 1, 6), start, out.length()));
    }
  }

  /**
   * Ends the block and begins a page.
   *
   * @throws ParseFailure when it is one too many
   */
  public void beginPage() {
    flush(Gap.PARAGRAPH);
    if (pageStart >= 0) {
      closePage();
    }
    checkPages();
    pageStart = out.length();
    pageHasText = false;
  }

  /** How many more pages can begin. */
  public int pagesLeft() {
    return limits.pages() - pages.size() - (pageStart < 0 ? 0 : 1);
  }

  /** The number of the page that is open, or of the one that the next text begins. */
  public int page() {
    return pages.size() + 1;
  }

  /** The title, unless there is one already. */
  public void title(String text) {
    String clean = CleanText.of(text).replaceAll("\\s+", " ").strip();
    if (title.isEmpty() && !clean.isEmpty()) {
      int end = Math.min(clean.length(), MOST_TITLE);
      if (end < clean.length() && Character.isHighSurrogate(clean.charAt(end - 1))) {
        end--;
      }
      title = clean.substring(0, end);
    }
  }

  /** Tells the reader of the file something; past 200 notes only that there are more. */
  public void note(String text) {
    if (notes.size() < MOST_NOTES) {
      notes.add(text);
    } else if (notes.size() == MOST_NOTES) {
      notes.add("There are more notes than these.");
    }
  }

  /** Whether nothing was written yet. */
  public boolean isEmpty() {
    return out.isEmpty();
  }

  /**
   * The whole.
   *
   * @throws ParseFailure the one that was thrown before, should a reader have gone on after it
   */
  public ParsedText finish() {
    flush(Gap.PARAGRAPH);
    if (failed != null) {
      throw failed;
    }
    if (pageStart >= 0 || pages.isEmpty()) {
      pageStart = Math.max(0, pageStart);
      closePage();
    }
    return new ParsedText(
        out.toString(), List.copyOf(pages), List.copyOf(headings), title, List.copyOf(notes));
  }

  /** Where the block begins, or -1 when it has no text. */
  private int flush(Gap after) {
    int from = 0;
    int to = block.length();
    while (to > from && isBlank(block.charAt(to - 1))) {
      to--;
    }
    int line = 0;
    while (from < to && isBlank(block.charAt(from))) {
      from++;
      if (block.charAt(from - 1) == '\n' || block.charAt(from - 1) == '\r') {
        line = from;
      }
    }
    // The indentation of the first line is the block's own, as in code.
    String clean = from == to ? "" : stripped(CleanText.of(block.subSequence(line, to)));
    block.setLength(0);
    if (clean.isEmpty()) {
      gap = gap == Gap.PARAGRAPH ? gap : after;
      return -1;
    }
    if (!out.isEmpty()) {
      out.append(gap == Gap.LINE ? "\n" : "\n\n");
    }
    if (out.length() + clean.length() > limits.characters()) {
      throw tooLarge();
    }
    int start = out.length();
    if (pageStart < 0) {
      checkPages();
    }
    if (!pageHasText) {
      pageStart = start;
      pageHasText = true;
    }
    out.append(clean);
    gap = after;
    return start;
  }

  private static String stripped(String clean) {
    return clean.isBlank() ? "" : clean.stripTrailing();
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || c == '\u00A0' || c == '\uFEFF';
  }

  private void closePage() {
    int end = out.length();
    pages.add(new Page(pages.size() + 1, Math.min(pageStart, end), end));
    pageStart = -1;
  }

  private void checkPages() {
    if (pages.size() >= limits.pages()) {
      failed =
          new ParseFailure(
              ParseFailure.Cause.TOO_MANY_PAGES,
              "The file has more than %d pages; send it in parts, or raise max-pages."
                  .formatted(limits.pages()));
      throw failed;
    }
  }

  /**
   * Checks that so many characters more can be written.
   *
   * @throws ParseFailure when they cannot
   */
  public void checkRoom(int more) {
    if ((long) out.length() + block.length() + more > limits.characters() + 16L) {
      throw tooLarge();
    }
  }

  private ParseFailure tooLarge() {
    ParseFailure failure =
        new ParseFailure(
            ParseFailure.Cause.TOO_LARGE_OUTPUT,
            "The file has more than %d characters of text (reached on page %d); send it in parts, or raise max-characters."
                .formatted(limits.characters(), page()));
    failed = failure;
    return failure;
  }
}
