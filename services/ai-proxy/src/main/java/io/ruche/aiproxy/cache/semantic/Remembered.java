package io.ruche.aiproxy.cache.semantic;

import org.jspecify.annotations.Nullable;

/** A message that was answered: its embedding, and where the answer lies. */
final class Remembered {

  private final String id;
  private final String answer;
  private final float[] vector;

  /**
   * A message.
   *
   * @param id of Redis, which rises
   * @param answer the key of the answer
   * @param vector of length one
   */
  Remembered(String id, String answer, float[] vector) {
    this.id = id;
    this.answer = answer;
    this.vector = vector;
  }

  /** Reads what {@code remember.lua} wrote; null when it is something else. */
  static @Nullable Remembered read(String id, String answer, String vector) {
    float[] read = Vectors.read(vector);
    return read == null ? null : new Remembered(id, answer, read);
  }

  String id() {
    return id;
  }

  String answer() {
    return answer;
  }

  int size() {
    return vector.length;
  }

  double similarity(float[] to) {
    return Vectors.dot(vector, to);
  }
}
