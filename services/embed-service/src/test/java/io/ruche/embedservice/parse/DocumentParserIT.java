package io.ruche.embedservice.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.document.ParsedText;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Files through a parsing process. */
final class DocumentParserIT {

  private static ParserScene scene;

  @BeforeAll
  static void start() throws Exception {
    scene = ParserScene.start(ParseConfig.DEFAULT);
  }

  @AfterAll
  static void stop() throws Exception {
    scene.close();
  }

  @Test
  void aPdfComesBackWithItsPages() throws Exception {
    ParsedText parsed =
        scene.parse(
            Fixtures.pdf(
                List.of(
                    List.of("Première partie", Fixtures.FRENCH),
                    List.of(),
                    List.of("Third", Fixtures.ENGLISH))),
            "application/pdf",
            "été.pdf");
    assertEquals(3, parsed.pages().size());
    assertTrue(parsed.text().contains(Fixtures.FRENCH));
    assertTrue(parsed.notes().getFirst().contains("Page 2 has no text"), parsed.notes().toString());
    scene.parse(Fixtures.goodDocx(), "", "");
    assertEquals(1, scene.parser().pids().size());
  }
}
