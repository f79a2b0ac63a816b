package io.ruche.embedservice.query;

import io.ruche.embedservice.search.Hit;
import io.ruche.embedservice.search.Mode;
import io.ruche.embedservice.search.SearchResult;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What was found, as the API and the command answer it. */
public final class HitsJson {

  private HitsJson() {}

  /** The whole answer. */
  public static JsonObject of(Mode mode, SearchResult result) {
    JsonArray hits = new JsonArray();
    result.hits().forEach(hit -> hits.add(of(hit)));
    JsonObject json =
        new JsonObject()
            .put("mode", mode.name().toLowerCase(Locale.ROOT))
            .put("reranked", result.reranked())
            .put("truncated", result.dropped() > 0)
            .put("tokens_dropped", result.dropped());
    return json.put("hits", hits);
  }

  private static JsonObject of(Hit hit) {
    JsonArray highlights = new JsonArray();
    hit.highlights()
        .forEach(
            range ->
                highlights.add(
                    new JsonObject().put("start", range.start()).put("end", range.end())));
    JsonObject json =
        place(hit)
            .put("chunk", hit.chunk().toString())
            .put("highlights", highlights)
            .put("score", hit.score())
            .put("metadata", new JsonObject(hit.metadata()));
    Hit.Explain explain = hit.explain();
    return explain == null ? json : json.put("explain", of(explain));
  }

  /** Where a passage stands, and its text. */
  public static JsonObject place(Hit hit) {
    return new JsonObject()
        .put("document", hit.document())
        .put("title", hit.title())
        .put("page", hit.firstPage())
        .put("last_page", hit.lastPage())
        .put("start", hit.start())
        .put("end", hit.end())
        .put("headings", new JsonArray(hit.headings()))
        .put("text", hit.text());
  }

  private static JsonObject of(Hit.Explain explain) {
    return new JsonObject()
        .put("dense", of(explain.dense()))
        .put("bm25", of(explain.bm25()))
        .put("fused", of(explain.fused()))
        .put("rerank", of(explain.rerank()));
  }

  private static @Nullable JsonObject of(Hit.@Nullable Place place) {
    return place == null
        ? null
        : new JsonObject().put("rank", place.rank()).put("score", place.score());
  }
}
