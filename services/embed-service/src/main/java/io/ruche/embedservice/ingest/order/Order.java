package io.ruche.embedservice.ingest.order;

import io.ruche.embedservice.index.Space;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * A document that is to be indexed.
 *
 * @param id the caller's own
 * @param accepted when the command was accepted; a later command for the same document wins
 * @param fileName whose extension may tell what it is
 * @param metadata texts, numbers, booleans, and lists of these
 */
public record Order(
    Space space,
    String id,
    Instant accepted,
    Source source,
    String contentType,
    String fileName,
    JsonObject metadata) {}
