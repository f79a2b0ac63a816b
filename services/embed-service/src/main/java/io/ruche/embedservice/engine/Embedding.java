package io.ruche.embedservice.engine;

import io.ruche.embedservice.vector.Vector;

/**
 * The vector of one text.
 *
 * @param vector that stands for the text
 * @param tokens of the text that the vector stands for, the model's own marks included
 * @param dropped tokens at the end that the model has not seen; 0 when it has seen all
 */
public record Embedding(Vector vector, int tokens, int dropped) {

  /** Whether the text was cut. */
  public boolean truncated() {
    return dropped > 0;
  }
}
