package io.ruche.aiproxy.guard.redact;

import io.vertx.core.buffer.Buffer;

/** Puts values in the place of placeholders in an answer that comes in pieces. */
public interface Restorer {

  /**
   * What of the next bytes may go on now, restored; empty when nothing may. What is held back is at
   * most the beginning of a placeholder and, of a stream, an event that has not come whole.
   */
  Buffer pass(Buffer bytes);

  /** What was held back when the answer has come to its end, or broke off. */
  Buffer rest();
}
