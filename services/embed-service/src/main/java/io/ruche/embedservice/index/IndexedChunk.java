package io.ruche.embedservice.index;

import io.ruche.embedservice.vector.Vector;
import java.util.Map;
import java.util.UUID;

/**
 * A chunk as it is searched.
 *
 * @param id the same for the same chunk of the same document, whoever computes it
 * @param document the caller's id of the document
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
    Map<String, Object> metadata) {}
