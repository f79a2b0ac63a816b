package io.ruche.standalone.bench.embed;

import io.ruche.embedservice.engine.token.Tokenizer;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Texts of known lengths, in random order.
 *
 * @param name as the report shows it
 * @param texts as clients send them
 * @param ids of their tokens, with the model's marks
 */
record Corpus(String name, List<String> texts, List<long[]> ids) {

  private static final int MOST = 512;
  private static final double SPREAD = 0.9;

  /** Each of them is one token. */
  private static final List<String> WORDS =
      List.of(
          "the",
          "bees",
          "make",
          "honey",
          "in",
          "summer",
          "and",
          "keep",
          "it",
          "for",
          "winter",
          "a",
          "house",
          "of",
          "wood",
          "stands",
          "near",
          "water",
          "with",
          "many",
          "old",
          "trees",
          "people",
          "walk",
          "there",
          "after",
          "work",
          "because",
          "air",
          "is",
          "clear",
          "when",
          "rain",
          "has",
          "passed",
          "over",
          "green",
          "fields",
          "her",
          "letter",
          "said",
          "that",
          "money",
          "would",
          "come",
          "before",
          "spring",
          "but",
          "nobody",
          "knew",
          "which",
          "road",
          "led",
          "to",
          "market",
          "town",
          "where",
          "children",
          "played",
          "music");

  /** Queries of 8 to 32 tokens. */
  static Corpus queries(Tokenizer tokenizer, int tokens) {
    return of("queries of 8-32", tokenizer, tokens, random -> 8 + random.nextInt(25));
  }

  /** Lengths as those of real texts: log-normal, of 117 tokens in the mean. */
  static Corpus mixed(Tokenizer tokenizer, int tokens) {
    double middle = Math.log(117) - SPREAD * SPREAD / 2;
    return of(
        "mixed, mean 117",
        tokenizer,
        tokens,
        random -> (int) Math.clamp(Math.exp(middle + SPREAD * random.nextGaussian()), 8, MOST));
  }

  /** Passages as they are indexed, of 400 to 512 tokens. */
  static Corpus chunks(Tokenizer tokenizer, int tokens) {
    return of("chunks of 400-512", tokenizer, tokens, random -> 400 + random.nextInt(113));
  }

  private static Corpus of(
      String name, Tokenizer tokenizer, int tokens, ToIntFunction<Random> length) {
    Random random = new Random(7);
    List<String> texts =
        java.util.stream.Stream.iterate(0, i -> i + 1)
            .map(i -> text(length.applyAsInt(random), random))
            .takeWhile(new Budget(tokens)::allows)
            .toList();
    List<long[]> ids =
        texts.stream().map(text -> tokenizer.single().around(tokenizer.ids(text), MOST)).toList();
    return new Corpus(name, texts, ids);
  }

  /** Until so many words have been taken. */
  private static final class Budget {

    private int left;

    Budget(int left) {
      this.left = left;
    }

    boolean allows(String text) {
      boolean open = left > 0;
      left -= (int) text.chars().filter(c -> c == ' ').count() + 1;
      return open;
    }
  }

  private static String text(int tokens, Random random) {
    return String.join(
        " ",
        IntStream.range(0, tokens - 2)
            .mapToObj(i -> WORDS.get(random.nextInt(WORDS.size())))
            .toList());
  }

  /** Of all texts. */
  long tokens() {
    return ids.stream().mapToLong(one -> one.length).sum();
  }
}
