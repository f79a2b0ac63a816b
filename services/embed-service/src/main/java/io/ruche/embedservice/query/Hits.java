package io.ruche.embedservice.query;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was found, the best first.
 *
 * @param mode that it was searched in, which may be another than asked for
 * @param notes what the asker is to know, such as a query that was cut
 */
public record Hits(List<Hit> hits, Query.Mode mode, List<String> notes) {

  /**
   * A passage that was found.
   *
   * @param start of the passage in the document's text, in UTF-16 units
   * @param end behind its last character
   * @param highlights ranges of the passage's text that the query's words are at, from its start
   * @param explain how it got its place; null when that was not asked for
   */
  public record Hit(
      UUID chunk,
      String document,
      String title,
      int start,
      int end,
      int firstPage,
      int lastPage,
      List<String> headings,
      String text,
      double score,
      List<Range> highlights,
      JsonObject metadata,
      @Nullable JsonObject explain) {}

  /** A stretch of a text: its first character, and the one behind its last. */
  public record Range(int start, int end) {}

  /** As the API answers. */
  public JsonObject toJson() {
    JsonArray array = new JsonArray();
    hits.forEach(hit -> array.add(json(hit)));
    JsonObject json =
        new JsonObject().put("mode", mode.name().toLowerCase(Locale.ROOT)).put("hits", array);
    return notes.isEmpty() ? json : json.put("notes", new JsonArray(notes));
  }

  private static JsonObject json(Hit hit) {
    JsonArray highlights = new JsonArray();
    hit.highlights()
        .forEach(
            range ->
                highlights.add(
                    new JsonObject().put("start", range.start()).put("end", range.end())));
    JsonObject json =
        new JsonObject()
            .put("chunk", hit.chunk().toString())
            .put("document", hit.document())
            .put("title", hit.title())
            .put("page", hit.firstPage())
            .put("last_page", hit.lastPage())
            .put("start", hit.start())
            .put("end", hit.end())
            .put("headings", new JsonArray(hit.headings()))
            .put("text", hit.text())
            .put("highlights", highlights)
            .put("score", hit.score())
            .put("metadata", hit.metadata());
    return hit.explain() == null ? json : json.put("explain", hit.explain());
  }
}
