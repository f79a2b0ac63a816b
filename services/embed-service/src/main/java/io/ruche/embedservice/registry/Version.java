package io.ruche.embedservice.registry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version of a document that is to take the place of the one before, whole or not at all.
 *
 * @param accepted when its command was accepted: a version of a later command stays
 * @param chunks for each model that the collection has
 */
public record Version(
    long collection,
    String id,
    Instant accepted,
    Buffer fingerprint,
    Buffer sha256,
    long size,
    String contentType,
    String fileName,
    @Nullable String s3Key,
    JsonObject metadata,
    String title,
    String language,
    String text,
    JsonArray pages,
    JsonArray headings,
    JsonArray notes,
    List<ModelChunks> chunks) {

  /**
   * The chunks for one model.
   *
   * @param model its identity
   */
  public record ModelChunks(String model, List<ChunkRow> rows) {}
}
