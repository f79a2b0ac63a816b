package io.ruche.embedservice.ingest.parts;

import io.ruche.embedservice.document.Chunk;
import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.document.Tokens;
import java.util.List;

/** Cuts documents into chunks. The same document always gives the same ones. */
@FunctionalInterface
public interface Chunking {

  /**
   * The chunks in order; none for a text of white space.
   *
   * @param mostTokens that the model takes of one text, its own marks included
   */
  List<Chunk> chunk(ParsedText document, Tokens tokens, int mostTokens);
}
