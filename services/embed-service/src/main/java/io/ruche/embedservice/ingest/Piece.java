package io.ruche.embedservice.ingest;

import io.ruche.embedservice.document.Chunk;
import io.ruche.embedservice.index.Space;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A chunk with what its id and vector are made from.
 *
 * @param text that is embedded and searched: the headings above the chunk, and its own text
 */
record Piece(UUID id, Chunk chunk, String text, Buffer hash) {

  /** The pieces of a document, in order. */
  static List<Piece> of(Space space, String document, List<Chunk> chunks) {
    Map<Buffer, Integer> seen = new HashMap<>();
    List<Piece> pieces = new ArrayList<>(chunks.size());
    for (Chunk chunk : chunks) {
      String text = text(chunk);
      Buffer hash = Fingerprint.of(text);
      int before = seen.merge(hash, 1, Integer::sum) - 1;
      UUID id = Fingerprint.chunkId(space.tenant(), space.collection(), document, hash, before);
      pieces.add(new Piece(id, chunk, text, hash));
    }
    return pieces;
  }

  static String text(Chunk chunk) {
    return chunk.headings().isEmpty()
        ? chunk.text()
        : String.join(" > ", chunk.headings()) + "\n\n" + chunk.text();
  }
}
