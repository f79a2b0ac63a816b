package io.ruche.embedservice.engine;

import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.embedservice.engine.onnx.OnnxConfig;
import io.ruche.embedservice.engine.onnx.RerankConfig;
import io.ruche.embedservice.engine.remote.RemoteConfig;
import io.ruche.embedservice.engine.schedule.QueueConfig;

/** What turns texts into vectors. */
public record EngineConfig(
    @Description(
            "`onnx` runs a model in this process, `ollama` and `openai` ask the server of the"
                + " section `remote`: Ollama, or anything with OpenAI's `/v1/embeddings`.")
        @Default("onnx")
        Kind kind,
    @Description("A model in this process, for `kind: onnx`.") OnnxConfig onnx,
    @Description("A model elsewhere, for the other kinds.") RemoteConfig remote,
    @Description("Judging passages by a query, for `/v1/rerank` and searches that ask for it.")
        RerankConfig rerank,
    @Description("What may wait for the engine.") QueueConfig queue,
    @Description("Cores that texts are run on at a time; 0 for all.") @Default("0") int cores,
    @Description("Queries whose vectors are remembered; 0 for none.") @Default("10000")
        int cachedQueries) {

  private static final int MOST_CORES = 256;
  private static final int MOST_QUERIES = 1_000_000;

  /** Where the model runs. */
  public enum Kind {
    ONNX,
    OLLAMA,
    OPENAI
  }

  /** Rejects what could not work together. */
  public EngineConfig {
    if (kind != Kind.ONNX) {
      remote.check();
    }
    if (cores < 0 || cores > MOST_CORES) {
      throw new IllegalArgumentException(
          "cores must be 0 to %d, not %d".formatted(MOST_CORES, cores));
    }
    if (cachedQueries < 0 || cachedQueries > MOST_QUERIES) {
      throw new IllegalArgumentException(
          "cached-queries must be 0 to %d, not %d".formatted(MOST_QUERIES, cachedQueries));
    }
  }

  /** The engine of a model that was used before, on the same cores and without a reranker. */
  public EngineConfig ofEarlier(OnnxConfig earlier) {
    return new EngineConfig(
        Kind.ONNX, earlier, remote, RerankConfig.none(), queue, cores, cachedQueries);
  }

  /** How many cores are used. */
  public int usedCores() {
    return cores == 0 ? Runtime.getRuntime().availableProcessors() : cores;
  }
}
