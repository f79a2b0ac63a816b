package io.ruche.embedservice.engine.remote;

import io.ruche.config.ByteSize;
import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.config.Secret;
import io.ruche.config.Variable;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A model of embeddings on another server. */
public record RemoteConfig(
    @Description(
            "The server's address, such as http://127.0.0.1:11434 for Ollama or"
                + " https://api.example.com/v1.")
        @Nullable URI url,
    @Description("Its API key, sent as a bearer.") @Variable("RUCHE_EMBED_API_KEY")
        @Nullable Secret apiKey,
    @Description("The model, as the server calls it.") @Nullable String model,
    @Description("How many numbers its vectors have; others are refused.") @Default("0")
        int dimensions,
    @Description(
            "Most tokens of one text. They are counted about so here, on the safe side, and the rest"
                + " is cut and reported.")
        @Default("512")
        int maxTokens,
    @Description("Put before queries, as some models want it, such as `query: `.")
        @Nullable String queryPrefix,
    @Description("Put before passages, such as `passage: `.") @Nullable String passagePrefix,
    @Description("Most texts of one request to the server.") @Default("32") int batch,
    @Description("Most requests to the server at a time.") @Default("2") int connections,
    @Description("Until a connection stands.") @Default("5s") Duration connectTimeout,
    @Description("For one request to the server, from its start to the end of its answer.")
        @Default("2m")
        Duration timeout,
    @Description("How often a request is repeated that failed in passing.") @Default("3")
        int retries,
    @Description("Longest answer of the server that is read.") @Default("16MiB")
        ByteSize maxAnswer) {

  /** Rejects numbers that could not work. */
  public RemoteConfig {
    url = url == null ? null : checked(url);
    apiKey = apiKey == null || apiKey.value().isBlank() ? null : apiKey;
    require("dimensions", dimensions, 0, 16_384);
    require("max-tokens", maxTokens, 16, 1_000_000);
    require("batch", batch, 1, 2_048);
    require("connections", connections, 1, 256);
    require("retries", retries, 0, 10);
    require("connect-timeout in ms", connectTimeout.toMillis(), 1, 600_000);
    require("timeout in ms", timeout.toMillis(), 1, 3_600_000);
    require("max-answer in bytes", maxAnswer.bytes(), 1_024, 1L << 30);
    if (apiKey != null && !apiKey.value().chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw new IllegalArgumentException(
          "api-key has a character that cannot be sent in a header; copy the key again, without"
              + " quotes or line breaks");
    }
  }

  private static void require(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, not %d".formatted(name, least, most, value));
    }
  }

  private static URI checked(URI url) {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    if ((!scheme.equals("http") && !scheme.equals("https")) || url.getHost() == null) {
      throw new IllegalArgumentException(
          "url must start with http:// or https:// and name a host, for example"
              + " http://127.0.0.1:11434");
    }
    if (url.getUserInfo() != null || url.getQuery() != null || url.getFragment() != null) {
      throw new IllegalArgumentException(
          "url must not carry a user, a query or a fragment; the key goes into api-key");
    }
    String text = url.toString();
    return text.endsWith("/") ? URI.create(text.replaceAll("/+$", "")) : url;
  }

  /**
   * Holds the section to what a server needs.
   *
   * @throws IllegalArgumentException naming what is missing
   */
  public void check() {
    if (url == null || model == null || model.isBlank() || dimensions == 0) {
      throw new IllegalArgumentException(
          "remote.url, remote.model and remote.dimensions are needed with this kind");
    }
  }
}
