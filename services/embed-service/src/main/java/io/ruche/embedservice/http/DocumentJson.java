package io.ruche.embedservice.http;

import io.ruche.embedservice.registry.CollectionTable;
import io.ruche.embedservice.registry.DocumentRow;
import io.vertx.core.json.JsonObject;
import java.util.HexFormat;
import java.util.Locale;

/** Documents and collections as the API tells them. */
final class DocumentJson {

  private DocumentJson() {}

  static JsonObject of(DocumentRow row) {
    JsonObject json =
        new JsonObject()
            .put("document", row.id())
            .put("state", row.state().name().toLowerCase(Locale.ROOT))
            .put("title", row.title())
            .put("name", row.fileName())
            .put("content_type", row.contentType())
            .put("size", row.size())
            .put("sha256", HexFormat.of().formatHex(row.sha256().getBytes()))
            .put("language", row.language())
            .put("pages", row.pages().size())
            .put("chunks", row.chunks())
            .put("truncated", row.truncated() > 0)
            .put("truncated_chunks", row.truncated())
            .put("tokens_dropped", row.dropped())
            .put("metadata", row.metadata())
            .put("notes", row.notes())
            .put("created", row.made().toString())
            .put("changed", row.changed().toString());
    return row.problem() == null ? json : json.put("problem", row.problem());
  }

  static JsonObject of(CollectionTable.Summary summary) {
    JsonObject json =
        new JsonObject()
            .put("collection", summary.collection().name())
            .put("documents", summary.documents())
            .put("chunks", summary.chunks())
            .put("problems", summary.failed())
            .put("model", summary.model())
            .put("created", summary.collection().made().toString());
    return summary.next() == null ? json : json.put("moving_to", summary.next());
  }
}
