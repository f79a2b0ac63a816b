package io.ruche.aiproxy.guard.redact;

import io.vertx.core.buffer.Buffer;

/** A text that a stream gives in pieces. */
sealed interface Slot permits ChatSlot, ResponseSlot {

  /**
   * An event of the same stream that has nothing but one piece of this text.
   *
   * @param head the members that every event of the stream has, with a comma behind each
   * @param text the piece's bytes as JSON has them between quotes
   */
  Buffer event(String head, byte[] text);
}
