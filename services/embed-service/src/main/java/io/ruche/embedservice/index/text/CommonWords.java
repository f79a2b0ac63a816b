package io.ruche.embedservice.index.text;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;

/**
 * Marks the words that say nothing by themselves. It looks at them with their accents: "mais" is
 * one, "maïs" is a plant.
 */
final class CommonWords extends TokenFilter {

  /** The type of a token that is one. */
  static final String TYPE = "<COMMON>";

  static final CharArraySet FRENCH =
      set(
          FrenchAnalyzer.getDefaultStopSet(),
          List.of(
              "quel",
              "quelle",
              "quels",
              "quelles",
              "comment",
              "pourquoi",
              "quand",
              "où",
              "combien",
              "est-ce",
              "faut",
              "peut",
              "doit",
              "y",
              "a",
              "plus",
              "très",
              "si"),
          List.of("été"));

  static final CharArraySet ENGLISH =
      set(
          EnglishAnalyzer.ENGLISH_STOP_WORDS_SET,
          List.of(
              "what", "which", "who", "whom", "whose", "how", "when", "where", "why", "do", "does",
              "did", "can", "could", "should", "would", "may", "must", "i", "you", "he", "she",
              "we", "my", "your", "our", "its", "has", "have", "had", "were", "been", "from",
              "about", "there"),
          List.of());

  /** Of a text whose language is not known. */
  static final CharArraySet ANY = both();

  private final CharArraySet words;
  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final TypeAttribute type = addAttribute(TypeAttribute.class);

  CommonWords(TokenStream input, CharArraySet words) {
    super(input);
    this.words = words;
  }

  @Override
  public boolean incrementToken() throws IOException {
    if (!input.incrementToken()) {
      return false;
    }
    if (words.contains(term.buffer(), 0, term.length())) {
      type.setType(TYPE);
    }
    return true;
  }

  private static CharArraySet both() {
    CharArraySet set = new CharArraySet(FRENCH, true);
    set.addAll(ENGLISH);
    return CharArraySet.unmodifiableSet(set);
  }

  private static CharArraySet set(CharArraySet first, List<String> more, List<String> without) {
    CharArraySet set = new CharArraySet(first.size() + more.size(), true);
    for (Object word : first) {
      String text = new String((char[]) word);
      if (!without.contains(text)) {
        set.add(text);
      }
    }
    set.addAll(more);
    return CharArraySet.unmodifiableSet(set);
  }
}
