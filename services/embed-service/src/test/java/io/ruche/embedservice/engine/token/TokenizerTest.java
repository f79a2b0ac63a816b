package io.ruche.embedservice.engine.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class TokenizerTest {

  private static final Tokenizer bundled = bundled();

  private static Tokenizer bundled() {
    try (InputStream in =
        Objects.requireNonNull(
            TokenizerTest.class.getResourceAsStream("/bge-small-en-v1.5-q-tokenizer.json"))) {
      return Tokenizer.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  static void close() {
    bundled.close();
  }

  /** The text with a bar before each token. */
  private static String cut(String text) {
    StringBuilder cut = new StringBuilder(text);
    int[] starts = bundled.starts(text);
    for (int i = starts.length - 1; i >= 0; i--) {
      cut.insert(starts[i], '|');
    }
    return cut.toString();
  }

  @Test
  void aTokenStartsWhereItsFirstCharacterIs() {
    assertEquals("|Bees |make |honey|.", cut("Bees make honey."));
  }

  @Test
  void accentsAreOneCharacterEachComposedOrNot() {
    assertEquals("|caf\u00e9 |here", cut("caf\u00e9 here"));
    assertEquals("|cafe\u0301 |here", cut("cafe\u0301 here"));
  }

  @Test
  void emojiAreTwoCharactersEach() {
    assertEquals("|a |\uD83D\uDC1D |b |\uD83C\uDF6F |c", cut("a \uD83D\uDC1D b \uD83C\uDF6F c"));
  }

  @Test
  void aHalfOfACharacterMovesNothing() {
    assertEquals("|lone |here", cut("lone \uD83D here").replace("\uD83D ", ""));
    assertEquals(7, bundled.starts("lone \uDC1D here")[bundled.count("lone \uDC1D here") - 1]);
  }

  @Test
  void aNulIsNoEndOfTheText() {
    assertEquals(2, bundled.count("a \0 b"));
  }

  @Test
  void theTokensOfALongTextAreThoseOfItsSentences() {
    String sentence = "The beekeeper's hives stood \uD83D\uDC1D beneath the old lime trees; ";
    String text = sentence.repeat(2_000);
    long[] one = bundled.ids(sentence);
    long[] all = bundled.ids(text);
    int[] starts = bundled.starts(text);

    assertEquals(2_000 * one.length, all.length);
    assertEquals(all.length, starts.length);
    for (int i = 0; i < all.length; i++) {
      assertEquals(one[i % one.length], all[i]);
    }
    assertEquals(1_999 * sentence.length(), starts[1_999 * one.length]);
  }

  @Test
  void startsNeverGoBack() {
    int[] starts =
        bundled.starts("\uFB01ne \u65E5\u672C\u8A9E \u0130stanbul\t\n\n\uD83D\uDC1Dz\u0301");
    for (int i = 1; i < starts.length; i++) {
      assertTrue(starts[i] >= starts[i - 1], Arrays.toString(starts));
    }
  }

  @Test
  void anEmptyTextHasNoTokens() {
    assertEquals(0, bundled.count(""));
    assertArrayEquals(new int[0], bundled.starts(" \n"));
  }

  @Test
  void theMarksAreThoseOfTheModel() {
    assertArrayEquals(new long[] {101, 5, 6, 102}, bundled.single().around(new long[] {5, 6}, 512));
    assertArrayEquals(
        new long[] {101, 5, 102, 6, 7, 102},
        bundled.pair().around(new long[] {5}, 1, new long[] {6, 7, 8}, 2));
    assertEquals(1, bundled.pair().secondType());
    assertEquals(3, bundled.pair().secondFrom(1));
  }

  @Test
  void marksThatAreThereAreNotSetAgain() {
    assertArrayEquals(new long[] {5}, bundled.single().without(new long[] {101, 5, 102}));
    assertArrayEquals(new long[] {5, 102}, bundled.single().without(new long[] {5, 102}));
    assertArrayEquals(new long[] {102}, bundled.single().without(new long[] {102}));
  }

  @Test
  void theVocabularyIsCounted() {
    assertEquals(30_522, bundled.vocabulary());
  }

  @Test
  void whatIsNoTokenizerIsRefusedWithAReason() {
    assertTrue(
        assertThrows(IOException.class, () -> Tokenizer.of("{\"a\": 1}"))
            .getMessage()
            .contains("model.vocab"));
    assertThrows(IOException.class, () -> Tokenizer.of("no json"));
    assertThrows(IOException.class, () -> Tokenizer.of("{\"model\": {\"vocab\": {\"a\": 1}}}"));
  }

  @Test
  void aClosedTokenizerSaysSo() throws IOException {
    String json;
    try (InputStream in =
        Objects.requireNonNull(
            TokenizerTest.class.getResourceAsStream("/bge-small-en-v1.5-q-tokenizer.json"))) {
      json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Tokenizer closed = Tokenizer.of(json);
    closed.close();
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.ids("a"));
  }

  @Test
  void manyThreadsMayAskAtOnce() {
    String text = "Many bees, one hive. ".repeat(50);
    long[] expected = bundled.ids(text);
    var different =
        java.util.stream.IntStream.range(0, 64)
            .parallel()
            .mapToObj(i -> bundled.ids(text))
            .filter(ids -> !Arrays.equals(expected, ids))
            .collect(Collectors.toList());
    assertEquals(0, different.size());
  }
}
