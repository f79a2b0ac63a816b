package io.ruche.embedservice.engine.onnx;

import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.engine.token.Frame;
import io.ruche.embedservice.engine.token.Tokenizer;
import io.ruche.embedservice.vector.Vector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model of embeddings in this process: one text at a time, by the thread that asks. The same text
 * always has the same vector, whatever else is done. Safe for all threads.
 */
public final class OnnxModel implements AutoCloseable {

  private final Graph graph;
  private final Tokenizer tokenizer;
  private final Pooling pooling;
  private final String queryPrefix;
  private final String passagePrefix;
  private final EmbeddingModel model;

  private OnnxModel(OnnxConfig config, String digest, Graph graph, Tokenizer tokenizer)
      throws IOException {
    this.graph = graph;
    this.tokenizer = tokenizer;
    this.pooling = config.pooling();
    this.queryPrefix = Objects.requireNonNullElse(config.queryPrefix(), "");
    this.passagePrefix = Objects.requireNonNullElse(config.passagePrefix(), "");
    this.model =
        new EmbeddingModel(
            config.shownName(), identity(config, digest), graph.width(), config.maxTokens());
    check(config);
  }

  /**
   * Opens a model; takes a second and some hundred megabytes for a large one.
   *
   * @throws IOException saying what is wrong with its files
   */
  public static OnnxModel open(OnnxConfig config) throws IOException {
    Path path = config.model();
    Path tokenizerPath = config.tokenizer();
    try (ModelFiles files =
        path == null || tokenizerPath == null
            ? ModelFiles.bundled()
            : ModelFiles.at(path, tokenizerPath)) {
      return of(config, files);
    }
  }

  private static OnnxModel of(OnnxConfig config, ModelFiles files) throws IOException {
    Graph graph = Graph.open(files.graph(), config.names());
    Tokenizer tokenizer = null;
    try {
      tokenizer = Tokenizer.of(files.tokenizer());
      return new OnnxModel(config, files.digest(), graph, tokenizer);
    } catch (IOException | RuntimeException e) {
      if (tokenizer != null) {
        tokenizer.close();
      }
      graph.close();
      throw e;
    }
  }

  private static String identity(OnnxConfig config, String digest) {
    MessageDigest sha = ModelFiles.sha256();
    String use =
        String.join(
            "\n",
            digest,
            config.pooling().name(),
            Objects.requireNonNullElse(config.queryPrefix(), ""),
            Objects.requireNonNullElse(config.passagePrefix(), ""),
            Integer.toString(config.maxTokens()),
            config.output());
    byte[] hash = sha.digest(use.getBytes(StandardCharsets.UTF_8));
    return "onnx-" + HexFormat.of().formatHex(hash, 0, 16);
  }

  /** Runs it once over its whole length, so that a wrong one is found before its first text. */
  private void check(OnnxConfig config) throws IOException {
    long[] longest = new long[config.maxTokens()];
    Arrays.fill(longest, tokenizer.ids("a")[0]);
    try {
      vector(longest);
    } catch (RuntimeException e) {
      throw new IOException(
          "the model does not run with %d tokens (engine.onnx.max-tokens): %s"
              .formatted(longest.length, e.getMessage()),
          e);
    }
  }

  public EmbeddingModel model() {
    return model;
  }

  /** How it cuts texts. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The vector of a text, which is cut to what the model takes. */
  public Embedding embed(String text, Purpose purpose) {
    String prefix =
        switch (purpose) {
          case QUERY -> queryPrefix;
          case PASSAGE -> passagePrefix;
        };
    return embed(tokenizer.ids(prefix.isEmpty() ? text : prefix + text));
  }

  /**
   * The vector of tokens, all of the vocabulary, which are cut likewise; with the model's own marks
   * or without.
   */
  public Embedding embed(long[] ids) {
    Frame frame = tokenizer.single();
    long[] bare = frame.without(ids);
    long[] framed = frame.around(bare, model.mostTokens());
    return new Embedding(
        vector(framed), framed.length, bare.length - (framed.length - frame.size()));
  }

  private Vector vector(long[] ids) {
    return Vector.normalized(
        graph.run(
            ids,
            ids.length,
            0,
            rows ->
                graph.rank() == 3
                    ? pooling.pool(rows, ids.length, graph.width())
                    : Pooling.CLS.pool(rows, 1, graph.width())));
  }

  /** About how many tokens of work a text is: those that are run, and a little for the rest. */
  int estimate(@Nullable CharSequence text) {
    int characters = text == null ? 0 : text.length();
    int read = characters / 3 + tokenizer.single().size() + 1;
    return Math.min(read, model.mostTokens()) + characters / 128;
  }

  /** Only when nothing runs any more. */
  @Override
  public void close() {
    graph.close();
    tokenizer.close();
  }
}
