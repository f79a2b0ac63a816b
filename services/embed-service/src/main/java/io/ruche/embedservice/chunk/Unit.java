package io.ruche.embedservice.chunk;

/**
 * What a chunk is made of: a sentence, a row, a heading, or a piece of one that is too long.
 *
 * @param start first character in the text
 * @param end behind the last character
 * @param tokens at least 1
 * @param boundary before it
 * @param heading whether it is one, or a piece of one
 * @param hash of its text, by which boundaries are chosen
 */
record Unit(int start, int end, int tokens, Boundary boundary, boolean heading, long hash) {

  /** What stands between a unit and the one before, the best place to cut first. */
  enum Boundary {
    HEADING,
    PARAGRAPH,
    SENTENCE,
    /** Within a sentence that is too long. */
    INNER
  }

  static long hash(String text, int start, int end) {
    long hash = 0xCBF29CE484222325L;
    int to = Math.min(end, start + 256);
    for (int i = start; i < to; i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
    }
    hash ^= hash >>> 32;
    return hash * 0x9E3779B97F4A7C15L;
  }
}
