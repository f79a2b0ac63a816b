package io.ruche.aiproxy;

import io.ruche.aiproxy.cache.CacheConfig;
import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of the section {@code models}: where the requests for an alias go. */
public record ModelSettings(
    @Description(
            "Tiers of targets: the next tier is asked when the one before fails, and the targets of"
                + " a tier share its requests by weight.")
        List<List<TargetSettings>> targets,
    @Description("Keeps its answers for a while. Off without it.") @Nullable CacheConfig cache,
    @Description(
            "Makes commands wait for the first tier, until their deadline (`expires`, or"
                + " queue.give-up-after) is nearer than this: only then do they go on to the next"
                + " tiers. Without it they use every tier at once, as requests do.")
        @Nullable Duration deadlineFallback) {

  private static final Duration LONGEST = Duration.ofDays(1);

  /** Rejects a route that leads nowhere. */
  public ModelSettings {
    if (targets.isEmpty() || targets.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException(
          "targets must be a list of tiers with at least one target each, for example"
              + " [[{provider: groq, model: openai/gpt-oss-20b}]]");
    }
    if (deadlineFallback != null) {
      if (deadlineFallback.toMillis() < 1 || deadlineFallback.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "deadline-fallback must be 1 ms to 1 day, for example 2m");
      }
      if (targets.size() < 2) {
        throw new IllegalArgumentException(
            "deadline-fallback needs a second tier in targets to fall back to");
      }
    }
  }

  /** A model at a provider. */
  public record TargetSettings(
      @Description("The provider: groq, ollama, or one of providers.") String provider,
      @Description("What that provider calls the model.") String model,
      @Description("Its share of the tier's requests, beside the other weights.") @Default("1")
          int weight) {

    private static final int MOST = 1_000_000;

    /** Rejects targets that nothing could be sent to. */
    public TargetSettings {
      if (model.isBlank()) {
        throw new IllegalArgumentException("model must name a model of the provider");
      }
      if (weight < 1 || weight > MOST) {
        throw new IllegalArgumentException(
            "weight must be 1 to " + MOST + ", not " + weight + "; leave out what gets nothing");
      }
    }
  }
}
