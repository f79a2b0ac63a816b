package io.ruche.aiproxy.cache.semantic;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;

/** Answers for last messages that mean the same, where all before them is the same. */
public record SemanticConfig(
    @Description("The provider whose /embeddings is asked: groq, ollama, or one of providers.")
        String provider,
    @Description("Its model for embeddings.") String model,
    @Description(
            "Cosine similarity from which two messages count as the same, 0.5 to 1. Lower finds"
                + " more, and more that is wrong.")
        @Default("0.95")
        double threshold,
    @Description("Messages that are remembered for one context, 1 to 5000; the latest stay.")
        @Default("1000")
        int entries,
    @Description("How long an embedding may take, 1ms to 5s; past it the model is asked.")
        @Default("1s")
        Duration timeout) {

  private static final int MOST_ENTRIES = 5_000;

  /** Names the setting and what would be right. */
  public SemanticConfig {
    if (provider.isBlank() || model.isBlank()) {
      throw new IllegalArgumentException(
          "semantic needs a provider and its model, for example {provider: ollama, model:"
              + " nomic-embed-text}");
    }
    if (!(threshold >= 0.5 && threshold <= 1)) {
      throw new IllegalArgumentException("threshold must be 0.5 to 1, not " + threshold);
    }
    if (entries < 1 || entries > MOST_ENTRIES) {
      throw new IllegalArgumentException(
          "entries must be 1 to " + MOST_ENTRIES + ", not " + entries);
    }
    if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofSeconds(5)) > 0) {
      throw new IllegalArgumentException("timeout must be 1ms to 5s, for example 1s");
    }
  }
}
