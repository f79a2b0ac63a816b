package io.ruche.aiproxy.cache;

import io.ruche.aiproxy.cache.entry.KeptAnswer;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Transfer;
import io.vertx.core.Vertx;

/** An answer that was kept. */
public final class Hit implements Found {

  /** The similarity of a request that is the same. */
  public static final double SAME = 1;

  private final Vertx vertx;
  private final KeptAnswer answer;
  private final boolean semantic;
  private final double similarity;

  Hit(Vertx vertx, KeptAnswer answer) {
    this(vertx, answer, false, SAME);
  }

  private Hit(Vertx vertx, KeptAnswer answer, boolean semantic, double similarity) {
    this.vertx = vertx;
    this.answer = answer;
    this.semantic = semantic;
    this.similarity = similarity;
  }

  /** An answer to another message that means the same. */
  static Hit semantic(Vertx vertx, KeptAnswer answer, double similarity) {
    return new Hit(vertx, answer, true, similarity);
  }

  @Override
  public String word() {
    return semantic ? "hit-semantic" : "hit";
  }

  /** Whether the answer was given to another message, which only means the same. */
  public boolean isSemantic() {
    return semantic;
  }

  /** Cosine similarity of the two messages; {@link #SAME} unless {@link #isSemantic}. */
  public double similarity() {
    return similarity;
  }

  /** Gives the answer to a reader, on the caller's context, as fast as it reads. */
  public Transfer replay(Reader reader) {
    Replay replay = new Replay(answer, reader);
    vertx.getOrCreateContext().runOnContext(v -> replay.resume());
    return replay;
  }
}
