package io.ruche.embedservice.registry;

import io.ruche.embedservice.document.Chunk;
import io.vertx.core.buffer.Buffer;
import java.util.UUID;

/**
 * A chunk of a document for one model.
 *
 * @param hash of the text that was embedded
 * @param tokens of it that the model has seen
 * @param dropped tokens that it has not seen
 */
public record ChunkRow(UUID id, Chunk chunk, Buffer hash, int tokens, int dropped) {}
