package io.ruche.embedservice.parse.pdf;

import io.ruche.embedservice.parse.text.TemporaryFiles;
import io.ruche.embedservice.parse.text.TextWriter;
import io.ruche.embedservice.parse.text.TextWriter.Gap;
import io.ruche.embedservice.parse.wire.ParseFailure;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.MemoryUsageSetting;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;

/**
 * PDF, page by page. A heading is a short paragraph in letters clearly larger than those of the
 * text, or in bold ones; the larger, the higher.
 */
public final class PdfText {

  private static final long HEAP_BYTES = 32L << 20;
  private static final long SCRATCH_BYTES = 1L << 30;
  private static final double LARGER = 1.15;
  private static final int LONGEST_HEADING = 160;
  private static final int MOST_HEADING_LINES = 3;

  private final TextWriter writer;
  private final Hyphens hyphens = new Hyphens();
  private int body;
  private List<Integer> headingSizes = List.of();

  private PdfText(TextWriter writer) {
    this.writer = writer;
  }

  /** Reads a file. */
  public static void read(Path file, TextWriter writer, PageRecognition recognition)
      throws IOException {
    try (PDDocument document =
        Loader.loadPDF(
            file.toFile(), MemoryUsageSetting.setupMixed(HEAP_BYTES, SCRATCH_BYTES).streamCache)) {
      new PdfText(writer).read(document, recognition);
    } catch (InvalidPasswordException e) {
      throw new ParseFailure(
          ParseFailure.Cause.ENCRYPTED,
          "The PDF needs a password to be opened; send it without protection.");
    }
  }

  private void read(PDDocument document, PageRecognition recognition) throws IOException {
    PDDocumentInformation information = document.getDocumentInformation();
    if (information.getTitle() != null) {
      writer.title(information.getTitle());
    }
    PageLines stripper = new PageLines(writer.pagesLeft(), writer);
    stripper.writeText(document, Writer.nullWriter());
    List<List<Line>> pages = stripper.pages();
    stripper.faults().forEach(writer::note);
    findSizes(pages);
    List<Integer> blank = new ArrayList<>();
    for (int i = 0; i < pages.size(); i++) {
      writer.beginPage();
      if (!pages.get(i).isEmpty()) {
        write(pages.get(i));
      } else if (recognition.isThere() && recognition.hasRoom()) {
        recognize(document, i, recognition);
      } else {
        blank.add(i + 1);
      }
      // Its lines are in the text now.
      pages.set(i, List.of());
    }
    note(blank, recognition);
  }

  private void recognize(PDDocument document, int index, PageRecognition recognition) {
    try {
      String text = recognition.recognize(document, index);
      if (text.isBlank()) {
        writer.note("Page %d has no text, nor was any recognized.".formatted(index + 1));
        return;
      }
      for (String paragraph : text.split("\\n\\s*\\n", -1)) {
        writer.text(paragraph);
        writer.endBlock(Gap.PARAGRAPH);
      }
      writer.note("The text of page %d was recognized from its picture.".formatted(index + 1));
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      if (e instanceof IOException && TemporaryFiles.areOutOfRoom()) {
        // The page would stay without its text for good.
        throw TemporaryFiles.outOfRoom();
      }
      writer.note(
          "Page %d has no text, and recognizing it failed: it %s."
              .formatted(
                  index + 1,
                  e instanceof IOException ? e.getMessage() : "has a picture that is broken"));
    }
  }

  private void note(List<Integer> blank, PageRecognition recognition) {
    if (blank.isEmpty()) {
      return;
    }
    String why =
        recognition.isThere()
            ? "more of them than are recognized"
            : "Tesseract, which recognizes text, is not installed or is switched off";
    String pages = ranges(blank);
    writer.note(
        blank.size() == 1
            ? "Page %s has no text (%s).".formatted(pages, why)
            : "Pages %s have no text (%s).".formatted(pages, why));
  }

  /** The most frequent size of letters is the text's; larger ones are those of headings. */
  private void findSizes(List<List<Line>> pages) {
    Map<Integer, Integer> letters = new HashMap<>();
    for (List<Line> page : pages) {
      for (Line line : page) {
        letters.merge(line.size(), line.text().length(), Integer::sum);
        hyphens.learn(line.text());
      }
    }
    int most = 0;
    for (Map.Entry<Integer, Integer> entry : letters.entrySet()) {
      if (entry.getValue() > most || (entry.getValue() == most && entry.getKey() < body)) {
        most = entry.getValue();
        body = entry.getKey();
      }
    }
    TreeSet<Integer> larger = new TreeSet<>();
    for (int size : letters.keySet()) {
      if (size > body * LARGER) {
        larger.add(size);
      }
    }
    headingSizes = new ArrayList<>(larger.descendingSet());
  }

  private void write(List<Line> lines) {
    int at = 0;
    while (at < lines.size()) {
      int end = at + 1;
      while (end < lines.size()
          && !lines.get(end).opensParagraph()
          && isLarge(lines.get(end)) == isLarge(lines.get(at))
          && (!isLarge(lines.get(at)) || lines.get(end).size() == lines.get(at).size())) {
        end++;
      }
      paragraph(lines.subList(at, end));
      at = end;
    }
  }

  private void paragraph(List<Line> lines) {
    String line = lines.getFirst().text();
    for (Line next : lines.subList(1, lines.size())) {
      String joined = hyphens.joined(line, next.text());
      if (joined == null) {
        writer.text(line);
        writer.lineBreak();
        line = next.text();
      } else {
        line = joined;
      }
    }
    writer.text(line);
    int level = level(lines);
    if (level > 0) {
      writer.endHeading(level);
    } else {
      writer.endBlock(Gap.PARAGRAPH);
    }
  }

  private boolean isLarge(Line line) {
    return line.size() > body * LARGER;
  }

  /** Of the heading that a paragraph is; 0 when it is none. */
  private int level(List<Line> lines) {
    int length = lines.stream().mapToInt(line -> line.text().length()).sum();
    Line first = lines.getFirst();
    boolean letters = first.text().codePoints().anyMatch(Character::isLetter);
    if (length > LONGEST_HEADING || lines.size() > MOST_HEADING_LINES || !letters) {
      return 0;
    }
    if (isLarge(first)) {
      return Math.min(headingSizes.indexOf(first.size()) + 1, 5);
    }
    char last = lines.getLast().text().charAt(lines.getLast().text().length() - 1);
    boolean sentence = last == '.' || last == ',' || last == ';' || last == ':';
    boolean bold = lines.stream().allMatch(Line::bold);
    return bold && lines.size() == 1 && !sentence ? Math.min(headingSizes.size() + 1, 6) : 0;
  }

  private static String ranges(List<Integer> numbers) {
    List<String> ranges = new ArrayList<>();
    int from = numbers.getFirst();
    int to = from;
    for (int number : numbers.subList(1, numbers.size())) {
      if (number != to + 1) {
        ranges.add(from == to ? "" + from : from + " to " + to);
        from = number;
      }
      to = number;
    }
    ranges.add(from == to ? "" + from : from + " to " + to);
    int most = 50;
    return ranges.size() <= most
        ? String.join(", ", ranges)
        : String.join(", ", ranges.subList(0, most)) + " and further ones";
  }
}
