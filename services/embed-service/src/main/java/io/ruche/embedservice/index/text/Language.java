package io.ruche.embedservice.index.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;
import org.apache.lucene.analysis.util.ElisionFilter;

/** How the words of a language are compared. Accents never count; endings do a little. */
public enum Language {
  FRENCH("fr") {
    @Override
    TokenStream filtered(TokenStream words) {
      TokenStream elided = new ElisionFilter(words, FrenchAnalyzer.DEFAULT_ARTICLES);
      TokenStream lower = new LowerCaseFilter(elided);
      TokenStream marked = new CommonWords(lower, CommonWords.FRENCH);
      return new FrenchLightStemFilter(new ASCIIFoldingFilter(marked));
    }
  },
  ENGLISH("en") {
    @Override
    TokenStream filtered(TokenStream words) {
      TokenStream owned = new EnglishPossessiveFilter(words);
      TokenStream lower = new LowerCaseFilter(owned);
      TokenStream marked = new CommonWords(lower, CommonWords.ENGLISH);
      return new PorterStemFilter(new ASCIIFoldingFilter(marked));
    }
  },
  /** Any other, or not known: words as they are, and French elision, which hurts none. */
  OTHER("") {
    @Override
    TokenStream filtered(TokenStream words) {
      TokenStream elided = new ElisionFilter(words, FrenchAnalyzer.DEFAULT_ARTICLES);
      TokenStream lower = new LowerCaseFilter(elided);
      return new ASCIIFoldingFilter(new CommonWords(lower, CommonWords.ANY));
    }
  };

  /** Words of one query that are looked for; those behind them are not. */
  public static final int MOST_QUERY_TERMS = 128;

  private final String code;

  /** Never changed, and safe for all threads. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final Analyzer analyzer = new Words();

  Language(String code) {
    this.code = code;
  }

  abstract TokenStream filtered(TokenStream words);

  /** Two letters; empty for {@link #OTHER}. */
  public String code() {
    return code;
  }

  /** The language of a code such as {@code fr} or {@code fr-CA}. */
  public static Language of(String code) {
    String lower = code.toLowerCase(Locale.ROOT);
    String primary = lower.length() > 2 && lower.charAt(2) == '-' ? lower.substring(0, 2) : lower;
    return switch (primary) {
      case "fr" -> FRENCH;
      case "en" -> ENGLISH;
      default -> OTHER;
    };
  }

  /**
   * The languages whose chunks a query is compared with: all for an empty code, else that one and
   * {@link #OTHER}.
   */
  public static List<Language> searched(String code) {
    if (code.isEmpty()) {
      return List.of(values());
    }
    Language language = of(code);
    return language == OTHER ? List.of(OTHER) : List.of(language, OTHER);
  }

  /** Every word of a text, in order. */
  public List<Term> terms(String text) {
    List<Term> terms = new ArrayList<>();
    try (TokenStream stream = analyzer.tokenStream("", text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      OffsetAttribute offset = stream.addAttribute(OffsetAttribute.class);
      TypeAttribute type = stream.addAttribute(TypeAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        terms.add(
            new Term(
                term.toString(),
                offset.startOffset(),
                offset.endOffset(),
                type.type().equals(CommonWords.TYPE)));
      }
      stream.end();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return terms;
  }

  /**
   * The different words to look for, in order, at most {@link #MOST_QUERY_TERMS}. Common words are
   * left out unless there are no others, or their language is not known: then what is common in one
   * may be what is meant in another.
   */
  public List<String> queryTerms(String query) {
    List<String> telling = this == OTHER ? List.of() : tellingTerms(query);
    return telling.isEmpty()
        ? terms(query).stream().map(Term::text).distinct().limit(MOST_QUERY_TERMS).toList()
        : telling;
  }

  /** The different words that say something by themselves, in order; perhaps none. */
  public List<String> tellingTerms(String query) {
    return terms(query).stream()
        .filter(term -> !term.common())
        .map(Term::text)
        .distinct()
        .limit(MOST_QUERY_TERMS)
        .toList();
  }

  private final class Words extends Analyzer {

    @Override
    protected TokenStreamComponents createComponents(String field) {
      StandardTokenizer tokenizer = new StandardTokenizer();
      return new TokenStreamComponents(tokenizer, filtered(new PlainCharacters(tokenizer)));
    }
  }
}
