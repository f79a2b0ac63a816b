package io.ruche.embedservice.engine.onnx;

import io.ruche.embedservice.engine.token.Frame;
import io.ruche.embedservice.engine.token.Tokenizer;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/** A model that reads a query and a text together, in this process. Safe for all threads. */
public final class CrossEncoder implements AutoCloseable {

  private final String name;
  private final int mostTokens;
  private final Graph graph;
  private final Tokenizer tokenizer;

  private CrossEncoder(RerankConfig config, Graph graph, Tokenizer tokenizer) throws IOException {
    this.name = config.shownName();
    this.mostTokens = config.maxTokens();
    this.graph = graph;
    this.tokenizer = tokenizer;
    if (graph.rank() != 2 || graph.width() > 2) {
      throw new IOException(
          "the graph's output '" + config.output() + "' is neither float[batch, 1] nor [batch, 2]");
    }
    try {
      judge("a", "a ".repeat(mostTokens));
    } catch (RuntimeException e) {
      throw new IOException(
          "the model does not run with %d tokens (engine.rerank.max-tokens): %s"
              .formatted(mostTokens, e.getMessage()),
          e);
    }
  }

  /**
   * Opens a model.
   *
   * @throws IOException saying what is wrong with its files
   */
  public static CrossEncoder open(RerankConfig config, Path model, Path tokenizerPath)
      throws IOException {
    try (ModelFiles files = ModelFiles.at(model, tokenizerPath)) {
      Graph graph = Graph.open(files.graph(), config.names());
      Tokenizer tokenizer = null;
      try {
        tokenizer = Tokenizer.of(files.tokenizer());
        return new CrossEncoder(config, graph, tokenizer);
      } catch (IOException | RuntimeException e) {
        if (tokenizer != null) {
          tokenizer.close();
        }
        graph.close();
        throw e;
      }
    }
  }

  String name() {
    return name;
  }

  /**
   * What it says of one text.
   *
   * @param score 0 to 1
   * @param tokens that were run
   */
  record Judged(float score, int tokens) {}

  /** Judges a text; a long query is cut to half of what the model takes, then the text is cut. */
  Judged judge(String query, String text) {
    Frame frame = tokenizer.pair();
    long[] asked = tokenizer.ids(query);
    long[] read = tokenizer.ids(text);
    int room = mostTokens - frame.size();
    int ofQuery = Math.min(asked.length, Math.max(room / 2, room - read.length));
    int ofText = Math.min(read.length, room - ofQuery);
    long[] ids = frame.around(asked, ofQuery, read, ofText);
    float score = graph.run(ids, frame.secondFrom(ofQuery), frame.secondType(), this::score);
    return new Judged(score, ids.length);
  }

  private float score(FloatBuffer logits) {
    double relevant = graph.width() == 1 ? logits.get(0) : (double) logits.get(1) - logits.get(0);
    return (float) (1 / (1 + Math.exp(-relevant)));
  }

  int estimate(String query, String text) {
    int characters = query.length() + text.length();
    int read = characters / 3 + tokenizer.pair().size() + 1;
    return Math.min(read, mostTokens) + characters / 128;
  }

  /** Only when nothing runs any more. */
  @Override
  public void close() {
    graph.close();
    tokenizer.close();
  }
}
