package io.ruche.embedservice.ingest.order;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a document are. */
public sealed interface Source {

  /** In the command, as text. */
  record Text(String text) implements Source {}

  /** In the command. */
  record Bytes(Buffer bytes) implements Source {}

  /**
   * In S3.
   *
   * @param sha256 of the bytes when the sender knows it, or null
   * @param owned whether the object was written for this document, and goes with it
   */
  record Stored(String key, @Nullable Buffer sha256, boolean owned) implements Source {}
}
