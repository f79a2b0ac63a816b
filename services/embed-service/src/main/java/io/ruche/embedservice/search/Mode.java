package io.ruche.embedservice.search;

/** How passages are found. */
public enum Mode {
  /** By the cosine of vectors. */
  DENSE,
  /** By words. */
  BM25,
  /** By both, the two lists fused by the ranks in them. */
  HYBRID;

  boolean dense() {
    return this != BM25;
  }

  boolean words() {
    return this != DENSE;
  }
}
