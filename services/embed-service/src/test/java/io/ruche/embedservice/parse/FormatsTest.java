package io.ruche.embedservice.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read out of good files. */
final class FormatsTest {

  @TempDir Path folder;

  @Test
  void aPdfHasItsPagesAndHeadings() throws Exception {
    ParsedText parsed =
        read(
            Fixtures.pdf(
                List.of(
                    List.of("Première partie", Fixtures.FRENCH, "Deuxième paragraphe."),
                    List.of("Second part", Fixtures.ENGLISH))),
            "application/pdf",
            "");
    dump(parsed);
    assertEquals(Fixtures.TITLE, parsed.title());
    assertEquals(2, parsed.pages().size());
    assertTrue(page(parsed, 1).contains(Fixtures.FRENCH));
    assertTrue(page(parsed, 2).contains(Fixtures.ENGLISH));
    assertEquals(List.of("Première partie", "Second part"), headings(parsed));
  }

  @Test
  void dumps() throws Exception {
    dump(read(Fixtures.goodDocx(), "", "a.docx"));
    dump(read(Fixtures.xlsx(), "", ""));
    dump(read(Fixtures.xls(), "", ""));
    dump(read(Fixtures.pptx(), "", ""));
    dump(read(Fixtures.ppt(), "", ""));
    dump(read(Fixtures.odt(), "", ""));
    dump(read(Fixtures.ods(), "", ""));
    dump(read(Fixtures.odp(), "", ""));
    dump(read(Fixtures.rtf(), "", ""));
    dump(read(Fixtures.html(), "", ""));
    dump(read(Fixtures.mail(), "", ""));
  }

  private static void dump(ParsedText parsed) {
    System.out.println("=====\n" + parsed.text() + "\n--" + parsed.pages() + parsed.headings().size() + headings(parsed) + parsed.title() + parsed.notes());
  }

  private ParsedText read(byte[] bytes, String type, String name) throws Exception {
    Path file = folder.resolve("file");
    Files.write(file, bytes);
    ParsedText parsed =
        new FileReading(new Request(1, file, type, name, ParseConfig.DEFAULT.limits()), () -> {})
            .read();
    return parsed;
  }

  private static String page(ParsedText parsed, int number) {
    Page page = parsed.pages().get(number - 1);
    return parsed.text().substring(page.start(), page.end());
  }

  private static List<String> headings(ParsedText parsed) {
    return parsed.headings().stream()
        .map(heading -> parsed.text().substring(heading.start(), heading.end()))
        .toList();
  }
}
