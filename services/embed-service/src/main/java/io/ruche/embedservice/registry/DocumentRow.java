package io.ruche.embedservice.registry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A document without its text.
 *
 * @param number of its row
 * @param id the caller's own
 * @param accepted when the command was accepted that this shows
 * @param version another one after each change
 * @param fingerprint of everything that its chunks are made from
 * @param s3Key of the original; null when the text itself was given
 * @param truncated chunks that are longer than the model takes
 * @param dropped tokens that the model has not seen
 * @param problem why the latest attempt failed; an earlier version may be there all the same
 */
public record DocumentRow(
    long number,
    long collection,
    String id,
    State state,
    Instant accepted,
    long version,
    Buffer fingerprint,
    Buffer sha256,
    long size,
    String contentType,
    String fileName,
    @Nullable String s3Key,
    JsonObject metadata,
    String title,
    String language,
    JsonArray pages,
    JsonArray notes,
    int chunks,
    int truncated,
    long dropped,
    @Nullable JsonObject problem,
    Instant made,
    Instant changed) {

  /** What is there of a document. */
  public enum State {
    /** A text that is searched. */
    INDEXED,
    /** Nothing yet but a problem. */
    FAILED,
    /** Nothing; kept for a while so that older commands do not bring it back. */
    DELETED
  }
}
