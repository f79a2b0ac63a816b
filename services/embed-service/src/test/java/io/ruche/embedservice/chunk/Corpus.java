package io.ruche.embedservice.chunk;

import io.ruche.embedservice.document.Heading;
import io.ruche.embedservice.document.Page;
import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.document.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Texts in French and English that are made of a few words, the same for the same seed. */
final class Corpus {

  private static final List<String> FRENCH =
      List.of(
          "la",
          "ruche",
          "l'abeille",
          "d'été",
          "rivière",
          "maïs",
          "récolte",
          "où",
          "n'est",
          "pas",
          "forêt",
          "hêtre",
          "qu'elle",
          "garde",
          "près",
          "du",
          "chêne",
          "et",
          "des",
          "prés");
  private static final List<String> ENGLISH =
      List.of(
          "the", "hive", "keeps", "honey", "until", "winter", "river", "of", "garden", "and",
          "meadow", "bees", "are", "not", "far", "from", "an", "orchard", "with", "old");

  private Corpus() {}

  /** Words of up to six letters each a token, longer ones in pieces of six; marks one each. */
  static final Tokens TOKENS =
      text -> {
        List<Integer> starts = new ArrayList<>();
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
          char c = text.charAt(i);
          if (Character.isWhitespace(c)) {
            length = 0;
          } else if (Character.isLetterOrDigit(c)) {
            if (length % 6 == 0) {
              starts.add(i);
            }
            length++;
          } else {
            starts.add(i);
            length = 0;
          }
        }
        return starts.stream().mapToInt(Integer::intValue).toArray();
      };

  static String paragraph(Random random) {
    List<String> words = random.nextBoolean() ? FRENCH : ENGLISH;
    StringBuilder text = new StringBuilder();
    int sentences = 2 + random.nextInt(6);
    for (int i = 0; i < sentences; i++) {
      text.append(i == 0 ? "" : " ");
      int count = 5 + random.nextInt(18);
      for (int j = 0; j < count; j++) {
        String word = words.get(random.nextInt(words.size()));
        text.append(
            j == 0 ? Character.toUpperCase(word.charAt(0)) + word.substring(1) : " " + word);
        text.append(random.nextInt(9) == 0 ? " " + random.nextInt(1_000) : "");
      }
      text.append('.');
    }
    return text.toString();
  }

  static List<String> paragraphs(int count, long seed) {
    Random random = new Random(seed);
    List<String> paragraphs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      paragraphs.add(paragraph(random));
    }
    return paragraphs;
  }

  /** A text of paragraphs, so many to a page; those that begin with # are headings. */
  static ParsedText of(List<String> paragraphs, int perPage) {
    StringBuilder text = new StringBuilder();
    List<Page> pages = new ArrayList<>();
    List<Heading> headings = new ArrayList<>();
    int pageStart = 0;
    for (int i = 0; i < paragraphs.size(); i++) {
      if (i > 0) {
        text.append("\n\n");
      }
      if (i > 0 && i % perPage == 0) {
        pages.add(new Page(pages.size() + 1, pageStart, text.length() - 2));
        pageStart = text.length();
      }
      String paragraph = paragraphs.get(i);
      int level = 0;
      while (level < paragraph.length() && paragraph.charAt(level) == '#') {
        level++;
      }
      int start = text.length();
      text.append(paragraph.substring(level).strip());
      if (level > 0) {
        headings.add(new Heading(level, start, text.length()));
      }
    }
    pages.add(new Page(pages.size() + 1, pageStart, text.length()));
    return new ParsedText(text.toString(), pages, headings, "", List.of());
  }

  static ParsedText plain(String text) {
    return new ParsedText(text, List.of(new Page(1, 0, text.length())), List.of(), "", List.of());
  }
}
