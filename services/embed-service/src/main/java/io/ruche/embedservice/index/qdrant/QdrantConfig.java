package io.ruche.embedservice.index.qdrant;

import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.config.Secret;
import io.ruche.config.Variable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The store of vectors for production. */
public record QdrantConfig(
    @Description(
            "Address of Qdrant's gRPC port, such as `http://qdrant:6334`, or `https://` for TLS."
                + " Without it the embedded store is used.")
        @Variable("RUCHE_QDRANT_URL")
        @Nullable URI url,
    @Description("Its key.") @Variable("RUCHE_QDRANT_API_KEY") @Nullable Secret apiKey,
    @Description("For one call to it.") @Default("10s") Duration timeout,
    @Description("Chunks that are compared one by one with a query; HNSW finds more than these.")
        @Default("50000")
        int exactChunks,
    @Description("Connections of a chunk in the HNSW graph of its space, 4 to 128.") @Default("24")
        int connections,
    @Description("Candidates that a chunk's connections are chosen from, 16 to 1000.")
        @Default("128")
        int buildCandidates,
    @Description("Candidates that a search in the HNSW graph keeps, 10 to 2000.") @Default("100")
        int searchCandidates,
    @Description("Chunks that may wait to be written; more get 503.") @Default("20000")
        int writeQueue) {

  private static final int STANDARD_PORT = 6_334;
  private static final Duration LONGEST = Duration.ofMinutes(2);

  /** Names the setting and what would be right. */
  public QdrantConfig {
    if (url != null && (url.getHost() == null || !("http".equals(url.getScheme()) || isTls(url)))) {
      throw new IllegalArgumentException("url is an address such as http://qdrant:6334");
    }
    if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("timeout is 100ms to 2m, not " + timeout);
    }
    require("exact-chunks", exactChunks, 0, 10_000_000);
    require("connections", connections, 4, 128);
    require("build-candidates", buildCandidates, 16, 1_000);
    require("search-candidates", searchCandidates, 10, 2_000);
    require("write-queue", writeQueue, 1_000, 10_000_000);
  }

  /** The defaults, at an address. */
  public static QdrantConfig at(URI url, @Nullable Secret apiKey) {
    return new QdrantConfig(url, apiKey, Duration.ofSeconds(10), 50_000, 24, 128, 100, 20_000);
  }

  static boolean isTls(URI url) {
    return "https".equals(url.getScheme());
  }

  static int port(URI url) {
    return url.getPort() < 0 ? STANDARD_PORT : url.getPort();
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d to %d, not %d".formatted(name, least, most, value));
    }
  }
}
