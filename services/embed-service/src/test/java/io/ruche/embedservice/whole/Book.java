package io.ruche.embedservice.whole;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;

/** A PDF of prose: four paragraphs on each page, and a chapter's heading on every tenth. */
final class Book {

  private static final int PARAGRAPHS = 4;
  private static final int SENTENCES = 4;
  private static final int PAGES_OF_CHAPTER = 10;
  private static final int LONGEST_LINE = 84;
  private static final float LINE = 13;

  private static final List<String> WORDS =
      List.of(
          ("hive bee queen drone honey wax comb frame smoke swarm nectar pollen brood cell flower"
                  + " meadow orchard keeper winter summer harvest jar lid scale barrel market price"
                  + " letter road river village mill baker school garden tree apple cherry walnut"
                  + " cellar shelf window stone bridge ferry horse cart wheel market lantern clock"
                  + " carries counts finds keeps leaves opens sells stores takes washes weighs writes"
                  + " quiet heavy early narrow golden empty sweet northern careful hidden wooden")
              .split(" ", -1));

  private final List<List<String>> pages = new ArrayList<>();

  /** A book of so many pages; the same for the same seed. */
  Book(int count, long seed) {
    Random random = new Random(seed);
    for (int page = 0; page < count; page++) {
      List<String> paragraphs = new ArrayList<>();
      for (int i = 0; i < PARAGRAPHS; i++) {
        paragraphs.add(paragraph(random));
      }
      pages.add(paragraphs);
    }
  }

  private static String paragraph(Random random) {
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < SENTENCES; i++) {
      List<String> words = new ArrayList<>();
      words.add("The");
      int length = 8 + random.nextInt(9);
      for (int word = 0; word < length; word++) {
        words.add(WORDS.get(random.nextInt(WORDS.size())));
      }
      sentences.add(String.join(" ", words) + ".");
    }
    return String.join(" ", sentences);
  }

  /** Puts a sentence into the middle of a paragraph. */
  void edit(int page, int paragraph, String sentence) {
    String before = pages.get(page).get(paragraph);
    int middle = before.indexOf(". ", before.length() / 2) + 2;
    pages
        .get(page)
        .set(paragraph, before.substring(0, middle) + sentence + " " + before.substring(middle));
  }

  /** The file. */
  byte[] pdf() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PDDocument document = new PDDocument()) {
      PDFont font = new PDType1Font(FontName.HELVETICA);
      for (int i = 0; i < pages.size(); i++) {
        PDPage page = new PDPage();
        document.addPage(page);
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
          write(content, font, i);
        }
      }
      document.save(out);
    }
    return out.toByteArray();
  }

  private void write(PDPageContentStream content, PDFont font, int page) throws IOException {
    content.beginText();
    content.newLineAtOffset(60, 740);
    if (page % PAGES_OF_CHAPTER == 0) {
      content.setFont(font, 20);
      content.showText("Chapter " + (page / PAGES_OF_CHAPTER + 1));
      content.newLineAtOffset(0, -3 * LINE);
    }
    content.setFont(font, 11);
    for (String paragraph : pages.get(page)) {
      for (String line : lines(paragraph)) {
        content.showText(line);
        content.newLineAtOffset(0, -LINE);
      }
      content.newLineAtOffset(0, -LINE);
    }
    content.endText();
  }

  private static List<String> lines(String paragraph) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : paragraph.split(" ", -1)) {
      if (line.length() + word.length() > LONGEST_LINE) {
        lines.add(line.toString().strip());
        line.setLength(0);
      }
      line.append(word).append(' ');
    }
    lines.add(line.toString().strip());
    return lines;
  }
}
