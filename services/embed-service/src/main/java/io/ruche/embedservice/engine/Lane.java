package io.ruche.embedservice.engine;

/** Who goes first. */
public enum Lane {
  /** Somebody waits for it: queries, and embeddings that were asked for over HTTP. */
  INTERACTIVE,
  /** Ingestion. */
  BULK
}
