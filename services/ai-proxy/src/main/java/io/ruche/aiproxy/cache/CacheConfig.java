package io.ruche.aiproxy.cache;

import io.ruche.aiproxy.cache.semantic.SemanticConfig;
import io.ruche.config.ByteSize;
import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The cache of one route. */
public record CacheConfig(
    @Description("How long an answer is kept, 1s to 30d.") Duration ttl,
    @Description("Answers that are longer are not kept.") @Default("256KiB") ByteSize largest,
    @Description(
            "Fields of the body that do not make two requests different, of `user`, `metadata`,"
                + " `safety_identifier`, `prompt_cache_key`, `service_tier` and `store`.")
        List<String> ignore,
    @Description("How long Redis may take to look, 1ms to 1s; past it the provider is asked.")
        @Default("50ms")
        Duration timeout,
    @Description("Answers for requests that mean the same. Off without it.")
        @Nullable SemanticConfig semantic) {

  private static final Duration LONGEST = Duration.ofDays(30);
  private static final long LEAST_BYTES = 1024;
  private static final long MOST_BYTES = 4L << 20;

  /** Fields that say who asks or how it is billed, and not what is to be answered. */
  private static final Set<String> IGNORABLE =
      Set.of("user", "metadata", "safety_identifier", "prompt_cache_key", "service_tier", "store");

  /** Names the setting and what would be right. */
  public CacheConfig {
    ignore = List.copyOf(ignore);
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("ttl must be 1s to 30d, for example 10m");
    }
    if (largest.bytes() < LEAST_BYTES || largest.bytes() > MOST_BYTES) {
      throw new IllegalArgumentException(
          "largest must be 1KiB to 4MiB, for example 256KiB, not " + largest);
    }
    if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofSeconds(1)) > 0) {
      throw new IllegalArgumentException("timeout must be 1ms to 1s, for example 50ms");
    }
    for (String field : ignore) {
      if (!IGNORABLE.contains(field)) {
        throw new IllegalArgumentException(
            "ignore: '"
                + field
                + "' may change the answer; only these can be ignored: "
                + String.join(", ", IGNORABLE.stream().sorted().toList()));
      }
    }
  }
}
