package io.ruche.embedservice.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.document.Heading;
import io.ruche.embedservice.document.Page;
import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.parse.read.FileReading;
import io.ruche.embedservice.parse.wire.Request;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read out of good files: text, pages, headings, title. */
final class FormatsTest {

  private static final List<String> SHEETS =
      List.of(
          "Récoltes\n\nProduit | Région\nProduit: Miel d'été; Région: Franche-Comté",
          "Costs\n\nItem | Owner\nItem: Hive; Owner: Zoë");

  @TempDir Path folder;

  @Test
  void pdf() throws Exception {
    ParsedText parsed =
        read(
            Fixtures.pdf(
                List.of(
                    List.of("Première partie", Fixtures.FRENCH, "Deuxième paragraphe."),
                    List.of(),
                    List.of("Second part", Fixtures.ENGLISH))),
            "application/pdf",
            "");
    assertEquals(Fixtures.TITLE, parsed.title());
    assertEquals(
        List.of(
            "Première partie\n\n" + Fixtures.FRENCH + "\n\nDeuxième paragraphe.",
            "",
            "Second part\n\n" + Fixtures.ENGLISH),
        pages(parsed));
    assertEquals(List.of("1 Première partie", "1 Second part"), headings(parsed));
    assertTrue(parsed.notes().getFirst().startsWith("Page 2 has no text"));
  }

  @Test
  void wordsThatAreBrokenAtTheEndOfALineAreMended() throws Exception {
    ParsedText parsed =
        read(
            Fixtures.pdfLines(
                "Une docu-",
                "mentation claire, peut-",
                "être utile : a-t-",
                "il lu le porte-",
                "clés du porte-clés ?",
                "",
                "Une autre",
                "phrase."),
            "",
            "");
    assertEquals(
        "Une documentation claire, peut-être utile : a-t-il lu le porte-clés du porte-clés ?\n\n"
            + "Une autre\nphrase.",
        parsed.text());
  }

  @Test
  void docx() throws Exception {
    ParsedText parsed = read(Fixtures.goodDocx(), "", "a.docx");
    assertEquals(
        String.join("\n\n", Fixtures.TITLE, Fixtures.FRENCH, "Année | 2024", Fixtures.ENGLISH),
        parsed.text());
    assertEquals(List.of("1 " + Fixtures.TITLE), headings(parsed));
  }

  @Test
  void sheetsArePagesAndTheirRowsSpeakForThemselves() throws Exception {
    for (byte[] file : List.of(Fixtures.xlsx(), Fixtures.xls(), Fixtures.ods())) {
      ParsedText parsed = read(file, "", "");
      assertEquals(SHEETS, pages(parsed));
      assertEquals(List.of("1 Récoltes", "1 Costs"), headings(parsed));
    }
  }

  @Test
  void slidesArePages() throws Exception {
    for (byte[] file : List.of(Fixtures.pptx(), Fixtures.ppt(), Fixtures.odp())) {
      assertEquals(List.of(Fixtures.FRENCH, Fixtures.ENGLISH), pages(read(file, "", "")));
    }
  }

  @Test
  void odt() throws Exception {
    ParsedText parsed = read(Fixtures.odt(), "", "");
    assertEquals(
        String.join("\n\n", Fixtures.TITLE, Fixtures.FRENCH, "- un\n- deux", Fixtures.ENGLISH),
        parsed.text());
    assertEquals(List.of("1 " + Fixtures.TITLE), headings(parsed));
  }

  @Test
  void rtf() throws Exception {
    assertEquals("L'été à Besançon\n\nThe mill is open.", read(Fixtures.rtf(), "", "").text());
  }

  @Test
  void html() throws Exception {
    ParsedText parsed = read(Fixtures.html(), "", "");
    assertEquals(
        String.join(
            "\n\n",
            Fixtures.TITLE,
            Fixtures.FRENCH,
            "- un\n- deux",
            "Année | Miel\n2024 | 12 kg",
            "English",
            "The café at the\nold mill."),
        parsed.text());
    assertEquals(List.of("1 " + Fixtures.TITLE, "2 English"), headings(parsed));
    assertEquals(Fixtures.TITLE, parsed.title());
  }

  @Test
  void htmlOfAnOldServer() throws Exception {
    byte[] latin = "<html><body><p>été</p></body></html>".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals("été", read(latin, "text/html", "").text());
    byte[] named =
        "<html><head><meta charset=\"iso-8859-1\"></head><body><p>été</p></body></html>"
            .getBytes(StandardCharsets.ISO_8859_1);
    assertEquals("été", read(named, "text/html", "").text());
  }

  @Test
  void markdown() throws Exception {
    ParsedText parsed =
        read(
            Fixtures.utf8(
                """
                Le miel
                =======

                Un paragraphe
                de deux lignes.

                ## La récolte ##
                - un
                - deux

                ```sh
                # no heading

                exit
                ```
                """),
            "text/markdown",
            "");
    assertEquals(List.of("1 Le miel", "2 La récolte"), headings(parsed));
    assertEquals(
        "Le miel\n\nUn paragraphe\nde deux lignes.\n\nLa récolte\n\n- un\n- deux\n\n"
            + "```sh\n# no heading\n\nexit\n```",
        parsed.text());
    assertEquals("Le miel", parsed.title());
  }

  @Test
  void markdownThatBeginsWithHtmlIsMarkdown() throws Exception {
    byte[] text = Fixtures.utf8("<p align=\"center\">logo</p>\n\n# Le miel\n\nTexte.\n");
    assertEquals(List.of("1 Le miel"), headings(read(text, "text/markdown", "")));
  }

  @Test
  void mail() throws Exception {
    ParsedText parsed = read(Fixtures.mail(), "", "");
    assertEquals(
        String.join(
            "\n\n",
            Fixtures.TITLE,
            "From: Zoë Martin <zoe@example.org>\nTo: Paul <paul@example.org>\n"
                + "Date: 2024-06-03 08:15 UTC",
            "Les hêtres sont arrosés.",
            "miel.csv",
            "Produit | Prix\nProduit: Miel; Prix: 12"),
        parsed.text());
    assertEquals(Fixtures.TITLE, parsed.title());
    assertEquals(List.of("1 " + Fixtures.TITLE, "2 miel.csv"), headings(parsed));
  }

  @Test
  void whatIsAttachedToAMailIsRead() throws Exception {
    String pdf = "fiche.pdf\n\nMiel\n\n" + Fixtures.ENGLISH;
    byte[] mail =
        Fixtures.mailWith(
            Map.of(
                "fiche.pdf",
                Fixtures.pdf(List.of(List.of("Miel", Fixtures.ENGLISH))),
                "note.docx",
                Fixtures.goodDocx(),
                "old.doc",
                CompoundFiles.doc("Le vieux moulin.")));
    ParsedText parsed = read(mail, "message/rfc822", "a.eml");
    for (String text :
        List.of(
            "See below.", pdf, "note.docx\n\n" + Fixtures.TITLE, "old.doc\n\nLe vieux moulin.")) {
      assertTrue(parsed.text().contains(text), parsed.text());
    }
  }

  @Test
  void outlookMail() throws Exception {
    String body = Fixtures.FRENCH + "\r\n\r\n" + Fixtures.ENGLISH;
    ParsedText parsed =
        read(CompoundFiles.msg(Fixtures.TITLE, body, "", "", new byte[0]), "", "a.msg");
    assertTrue(parsed.text().contains(Fixtures.FRENCH), parsed.text());
    assertTrue(parsed.text().contains(Fixtures.ENGLISH), parsed.text());
    assertTrue(parsed.text().contains(Fixtures.TITLE), parsed.text());
  }

  @Test
  void whatIsAttachedToAnOutlookMailIsRead() throws Exception {
    byte[] pdf = Fixtures.pdf(List.of(List.of("Miel", Fixtures.FRENCH)));
    byte[] mail =
        CompoundFiles.msg("Courrier", "Voir la fiche.", "fiche.pdf", "application/pdf", pdf);
    ParsedText parsed = read(mail, "", "a.msg");
    assertTrue(parsed.text().contains("Voir la fiche."), parsed.text());
    assertTrue(parsed.text().contains("fiche.pdf\n\nMiel\n\n" + Fixtures.FRENCH), parsed.text());
  }

  @Test
  void doc() throws Exception {
    byte[] file = CompoundFiles.doc("Le règlement", Fixtures.FRENCH, Fixtures.ENGLISH);
    for (String name : List.of("a.doc", "")) {
      assertEquals(
          String.join("\n\n", "Le règlement", Fixtures.FRENCH, Fixtures.ENGLISH),
          read(file, "", name).text());
    }
  }

  @Test
  void csvRowsHaveTheNamesOfTheirColumns() throws Exception {
    String text = "Produit;Prix;Note\n\"Miel; d'été\";12,50;\"dit \"\"bon\"\"\"\nCire;;\n";
    assertEquals(
        "Produit | Prix | Note\nProduit: Miel; d'été; Prix: 12,50; Note: dit \"bon\"\nProduit: Cire",
        read(Fixtures.utf8(text), "text/csv", "").text());
    assertEquals("1 | 2\n3 | 4", read(Fixtures.utf8("1,2\n3,4\n"), "", "a.csv").text());
  }

  @Test
  void plainTextInItsEncoding() throws Exception {
    String text = "L'été à Besançon – « où »…";
    for (Charset charset :
        List.of(
            StandardCharsets.UTF_8,
            StandardCharsets.UTF_16,
            StandardCharsets.UTF_16LE,
            Charset.forName("windows-1252"))) {
      assertEquals(
          text, read(text.getBytes(charset), "text/plain", "a.txt").text(), charset.name());
    }
    byte[] marked = ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE);
    assertEquals(text, read(marked, "text/plain", "").text());
  }

  @Test
  void textIsCleaned() throws Exception {
    String raw = "a\r\nb\rc\u0007\u0000d\te\u0301\u00AD\uFEFFf\n\n\n\ng\f\nh";
    ParsedText parsed = read(Fixtures.utf8(raw), "text/plain", "a.txt");
    assertEquals("a\nb\ncd\téf\n\ng\n\nh", parsed.text());
    assertEquals(2, parsed.pages().size());
  }

  @Test
  void jsonIsRead() throws Exception {
    String json = "{\"ville\": \"Besançon\"}";
    assertEquals(json, read(Fixtures.utf8(json), "application/json", "").text());
  }

  @Test
  void whatIsFoundWinsOverWhatIsDeclared() throws Exception {
    ParsedText parsed = read(Fixtures.goodDocx(), "application/pdf", "a.pdf");
    assertTrue(parsed.text().contains(Fixtures.FRENCH));
    assertTrue(parsed.notes().getFirst().contains("declared as application/pdf"));
    assertEquals(List.of(), read(Fixtures.html(), "text/html; charset=utf-8", "").notes());
    assertEquals(List.of(), read(Fixtures.html(), "application/octet-stream", "").notes());
  }

  private ParsedText read(byte[] bytes, String type, String name) throws Exception {
    Path file = folder.resolve("file");
    Files.write(file, bytes);
    ParsedText parsed =
        new FileReading(new Request(1, file, type, name, ParseConfig.DEFAULT.limits()), () -> {})
            .read();
    check(parsed);
    return parsed;
  }

  /** What holds of every text. */
  private static void check(ParsedText parsed) {
    String text = parsed.text();
    assertTrue(Normalizer.isNormalized(text, Normalizer.Form.NFC));
    assertTrue(
        text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t'), text);
    int end = 0;
    for (int i = 0; i < parsed.pages().size(); i++) {
      Page page = parsed.pages().get(i);
      assertEquals(i + 1, page.number());
      assertTrue(text.substring(end, page.start()).isBlank());
      end = page.end();
    }
    assertEquals(text.length(), end);
    int before = 0;
    for (Heading heading : parsed.headings()) {
      assertTrue(heading.start() >= before && heading.end() > heading.start());
      assertFalse(text.substring(heading.start(), heading.end()).contains("\n"));
      before = heading.end();
    }
  }

  private static List<String> pages(ParsedText parsed) {
    return parsed.pages().stream()
        .map(page -> parsed.text().substring(page.start(), page.end()))
        .toList();
  }

  private static List<String> headings(ParsedText parsed) {
    return parsed.headings().stream()
        .map(
            heading ->
                heading.level() + " " + parsed.text().substring(heading.start(), heading.end()))
        .toList();
  }
}
