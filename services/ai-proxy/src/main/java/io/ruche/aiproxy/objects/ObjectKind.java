package io.ruche.aiproxy.objects;

/** What a provider keeps for its clients. */
public enum ObjectKind {
  FILE("file", "/files"),
  BATCH("batch", "/batches");

  private final String word;
  private final String path;

  ObjectKind(String word, String path) {
    this.word = word;
    this.path = path;
  }

  /** As rows and messages name it. */
  public String word() {
    return word;
  }

  /** Behind a provider's address, and behind {@code /v1} here. */
  public String path() {
    return path;
  }
}
