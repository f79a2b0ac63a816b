package io.ruche.embedservice.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where sentences end in French and English. */
final class SentencesTest {

  @Test
  void frenchAbbreviationsEndNone() {
    assertEquals(
        List.of("M. Dupont cite l'art. 12 du code.", "Voir p. 4.", "C'est tout !"),
        split("M. Dupont cite l'art. 12 du code. Voir p. 4. C'est tout !"));
  }

  @Test
  void englishAbbreviationsEndNone() {
    assertEquals(
        List.of("Dr. Smith met J. R. Miller, e.g. at noon.", "It rained."),
        split("Dr. Smith met J. R. Miller, e.g. at noon. It rained."));
  }

  @Test
  void guillemetsStayWithTheirSentence() {
    assertEquals(
        List.of("« Venez vite ! »", "Elle sortit.", "« Où ? » demanda-t-il."),
        split("« Venez vite ! » Elle sortit. « Où ? » demanda-t-il."));
  }

  @Test
  void numbersAndEllipsesAreNotCut() {
    assertEquals(
        List.of("Le prix est de 3.50 euros.", "Bon… voilà.", "Version 2.1.4 is out."),
        split("Le prix est de 3.50 euros. Bon… voilà. Version 2.1.4 is out."));
  }

  private static List<String> split(String text) {
    List<String> sentences = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int end = Sentences.end(text, from, text.length());
      sentences.add(text.substring(from, end).strip());
      from = end;
      while (from < text.length() && text.charAt(from) == ' ') {
        from++;
      }
    }
    return sentences;
  }
}
