package io.ruche.embedservice.search;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A passage that was found.
 *
 * @param chunk its id
 * @param document the caller's id of its document
 * @param title of the document; empty when it has none
 * @param firstPage on which it begins, from 1
 * @param lastPage on which it ends
 * @param start its first character in the document's text
 * @param end behind its last character
 * @param headings under which it stands, the highest first
 * @param text of that range
 * @param metadata of the document
 * @param highlights words of the query in {@code text}, in order
 * @param score by which hits of one answer are ordered, except that those a reranker has read stand
 *     before the others
 * @param explain when it was asked for
 */
public record Hit(
    UUID chunk,
    String document,
    String title,
    int firstPage,
    int lastPage,
    int start,
    int end,
    List<String> headings,
    String text,
    Map<String, Object> metadata,
    List<Range> highlights,
    float score,
    @Nullable Explain explain) {

  /**
   * A stretch of a text.
   *
   * @param start first character
   * @param end behind the last
   */
  public record Range(int start, int end) {}

  /**
   * A place in a list.
   *
   * @param rank from 1
   * @param score of that list
   */
  public record Place(int rank, float score) {}

  /**
   * Where a hit comes from.
   *
   * @param dense its place by vector; null when it is not among the candidates
   * @param bm25 its place by words; null when it is not among the candidates
   * @param fused its place before a reranker
   * @param rerank its place by the reranker; null when that has not read it
   */
  public record Explain(
      @Nullable Place dense, @Nullable Place bm25, Place fused, @Nullable Place rerank) {}
}
