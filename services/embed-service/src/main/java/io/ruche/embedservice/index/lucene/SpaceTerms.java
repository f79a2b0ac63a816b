package io.ruche.embedservice.index.lucene;

import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.text.Language;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.NumericUtils;

/** The terms of one space. Each begins with 128 bits of a digest of the space's names. */
final class SpaceTerms {

  static final String SPACE = "space";
  static final String KEY = "key";
  static final String ID = "id";
  static final String DOCUMENT = "document";
  static final String METADATA = "metadata";
  static final String NUMBER = "number";
  static final String LENGTH = "length";
  static final String VECTOR = "vector";

  /** Dimensions of a number's point: 128 bits of its space and field, and its value. */
  static final int NUMBER_DIMENSIONS = 3;

  private static final int DIGEST_BYTES = 16;

  private final Space space;
  private final String prefix;

  SpaceTerms(Space space) {
    this.space = space;
    byte[] bits = Arrays.copyOf(digest(space.key()), DIGEST_BYTES);
    this.prefix = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** The whole name of the space. */
  Term space() {
    return new Term(SPACE, space.key());
  }

  /** A chunk. */
  Term key(UUID chunk) {
    return new Term(KEY, prefix + chunk);
  }

  /** A document. */
  Term document(String id) {
    return new Term(DOCUMENT, prefix + id);
  }

  /** A word of a chunk. */
  Term word(Language language, String word) {
    return new Term(words(language), prefix + word);
  }

  /** What counts the chunks of a language and their words. */
  Term length(Language language) {
    return new Term(LENGTH, prefix + language.code());
  }

  /** What a document's metadata has, see {@code MetadataTerms}. */
  Term metadata(String term) {
    return new Term(METADATA, prefix + term);
  }

  /** The field of a language's words. */
  static String words(Language language) {
    return switch (language) {
      case FRENCH -> "words_fr";
      case ENGLISH -> "words_en";
      case OTHER -> "words";
    };
  }

  /** The point of a number in a field. */
  byte[][] number(String field, double value) {
    byte[] digest = digest(prefix + field);
    byte[] sortable = new byte[Long.BYTES];
    NumericUtils.longToSortableBytes(NumericUtils.doubleToSortableLong(value), sortable, 0);
    return new byte[][] {
      Arrays.copyOfRange(digest, 0, Long.BYTES),
      Arrays.copyOfRange(digest, Long.BYTES, 2 * Long.BYTES),
      sortable
    };
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_16BE));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }
}
