package io.ruche.embedservice.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class HighlightsTest {

  private static List<String> marked(String query, String text, String language) {
    return new Highlights(query)
        .in(text, language).stream()
            .map(range -> text.substring(range.start(), range.end()))
            .toList();
  }

  @Test
  void wordsAreMarkedWithoutTheirArticle() {
    String text = "L'école d\u2019Étienne et les écoliers de l’Ecole.";
    assertEquals(List.of("école", "Ecole"), marked("ecole", text, "fr"));
    assertEquals(List.of("Étienne"), marked("etienne", text, "fr"));
    assertEquals(List.of("école", "Ecole"), marked("l'ÉCOLE", text, "fr"));
  }

  @Test
  void otherEndingsAreMarked() {
    assertEquals(List.of("hives", "hive"), marked("hives", "Two hives, one hive, a beehive", "en"));
    assertEquals(List.of("bee's"), marked("bees", "The bee's wing", "en"));
    assertEquals(List.of("chevaux"), marked("cheval", "Des chevaux blancs", "fr"));
  }

  @Test
  void commonWordsAreNotMarkedBesideOthers() {
    assertEquals(List.of("queen"), marked("where is the queen", "The queen is in the hive", "en"));
    assertEquals(List.of("maïs"), marked("où pousse le maïs", "Le maïs est là", "fr"));
  }

  @Test
  void marksLieInTheTextWhateverItIsMadeOf() {
    String text = "🐝 cafe\u0301 – \ufb01n — co\u0308n\u00adter \ud83d x";
    assertEquals(List.of("cafe\u0301"), marked("café", text, "fr"));
    assertEquals(List.of("\ufb01n"), marked("fin", text, "fr"));
    assertEquals(List.of("x"), marked("x", text, ""));
  }

  @Test
  void aTextThatIsAllWordsHasABoundedNumberOfMarks() {
    assertEquals(Highlights.MOST, marked("bee", "bee ".repeat(10_000), "en").size());
  }
}
