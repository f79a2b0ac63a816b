package io.ruche.embedservice.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The language of texts. */
final class LanguagesTest {

  @Test
  void frenchIsTold() {
    assertEquals(
        "fr", Languages.detect("L'été, les abeilles ne quittent pas la ruche avant midi."));
    assertEquals("fr", Languages.detect("Où est la facture de la cliente ?"));
  }

  @Test
  void englishIsTold() {
    assertEquals("en", Languages.detect("The bees do not leave the hive before noon in summer."));
    assertEquals("en", Languages.detect("Where is the invoice of our client?"));
  }

  @Test
  void neighboursAreNotTakenForThem() {
    assertEquals("", Languages.detect("Las abejas no salen de la colmena antes del mediodía."));
    assertEquals("", Languages.detect("Die Bienen verlassen den Stock nicht vor dem Mittag."));
    assertEquals("", Languages.detect("Le api non lasciano l'alveare prima di mezzogiorno."));
    assertEquals("", Languages.detect("De bijen verlaten de korf niet voor de middag."));
  }

  @Test
  void numbersAndNamesHaveNoLanguage() {
    assertEquals("", Languages.detect("2024-01-05 12,50 Martin SARL 77"));
    assertEquals("", Languages.detect(""));
  }

  @Test
  void aLongTextIsToldByItsParts() {
    String part = "Les abeilles ne quittent pas la ruche avant midi. ";
    assertEquals("fr", Languages.detect(part.repeat(50_000)));
  }
}
