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
  void commonWordsAreNotMarked() {
    assertEquals(List.of("queen"), marked("where is the queen", "The queen is in the hive", "en"));
    assertEquals(List.of("maïs"), marked("où pousse le maïs", "Le maïs est là", "fr"));
    assertEquals(List.of("reine"), marked("où est la reine", "La reine est dans l'aile.", "fr"));
    assertEquals(List.of("est"), marked("est", "Un vent d'est.", "fr"));
    assertEquals(List.of(), marked("to be or not to be", "To be is not to have", "en"));
  }

  @Test
  void commonWordsAreNotMarkedWhereTheLanguageIsNotKnown() {
    assertEquals(List.of("reine"), marked("où est la reine", "La reine est dans l'aile.", ""));
    assertEquals(List.of("queen"), marked("where is the queen", "The queen is here.", ""));
    assertEquals(List.of("REINE"), marked("où est la reine", "la REINE: où est la", "de"));
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
