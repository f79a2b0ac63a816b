package io.ruche.embedservice.index;

import io.ruche.embedservice.vector.Vector;
import java.util.Map;
import java.util.UUID;

/**
 * A chunk as it is searched.
 *
 * @param id the same for the same chunk of the same document, whoever computes it
 * @param document the caller's id of the document, 1 to 1,024 characters of well-formed Unicode
 * @param vector of its text
 * @param text that BM25 looks at, its headings included
 * @param language two letters, by which the text is analyzed; empty when unknown
 * @param metadata of the document, for filters: texts, numbers, booleans, and lists of these
 */
public record IndexedChunk(
    UUID id,
    String document,
    Vector vector,
    String text,
    String language,
    Map<String, Object> metadata) {

  private static final int LONGEST_DOCUMENT = 1_024;

  /** Refuses an id that a store could mix up with another. */
  public IndexedChunk {
    if (document.isEmpty() || document.length() > LONGEST_DOCUMENT || !WellFormed.is(document)) {
      throw new IllegalArgumentException(
          "the id of a document has 1 to " + LONGEST_DOCUMENT + " characters of Unicode");
    }
  }
}
