package io.ruche.embedservice.ingest.order;

import java.util.List;

/**
 * What became of an order.
 *
 * @param pages of the document
 * @param chunks that it has
 * @param embedded texts that the model was asked for
 * @param written chunks that were put into the index
 * @param removed chunks that were taken out of it
 * @param truncated chunks that are longer than the model takes
 * @param dropped tokens that the model has not seen
 * @param notes about the document, such as pages without text
 */
public record Ingested(
    End end,
    int pages,
    int chunks,
    int embedded,
    int written,
    int removed,
    int truncated,
    long dropped,
    String language,
    List<String> notes) {

  /** How it ended. */
  public enum End {
    INDEXED,
    /** The document was there already, exactly so. */
    UNCHANGED,
    /** A later command for the same document, or the deletion of its collection, has won. */
    SUPERSEDED
  }

  /** A later command has won. */
  public static Ingested superseded() {
    return new Ingested(End.SUPERSEDED, 0, 0, 0, 0, 0, 0, 0, "", List.of());
  }
}
