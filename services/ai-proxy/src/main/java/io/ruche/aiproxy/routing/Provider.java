package io.ruche.aiproxy.routing;

import io.ruche.aiproxy.routing.quota.ModelLimits;
import io.ruche.aiproxy.routing.retry.Retries;
import io.ruche.config.Secret;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible provider.
 *
 * @param name what routes, headers, metrics and the ledger call it
 * @param baseUrl everything before {@code /chat/completions}, without a slash at its end
 * @param apiKey null when none is set; a blank one counts as none, as {@code GROQ_API_KEY=} in an
 *     env file gives it
 * @param limits of its models, by their names: what the provider's headers do not tell
 * @param missing the setting without which it cannot be called, null when it is there
 */
public record Provider(
    String name,
    URI baseUrl,
    @Nullable Secret apiKey,
    Timeouts timeouts,
    Pool pool,
    Retries retries,
    Map<String, ModelLimits> limits,
    @Nullable String missing) {

  private static final int OLLAMA_PORT = 11_434;

  /** Takes addresses and keys that have been looked at. */
  public Provider {
    limits = Map.copyOf(limits);
  }

  /**
   * An address without the slashes at its end.
   *
   * @throws IllegalArgumentException naming {@code base-url} when it is no plain HTTP address
   */
  public static URI checkedUrl(URI baseUrl) {
    String scheme = String.valueOf(baseUrl.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw refused("must start with http:// or https://", baseUrl);
    }
    if (baseUrl.getHost() == null) {
      throw refused("must name a host", baseUrl);
    }
    if (baseUrl.getUserInfo() != null
        || baseUrl.getQuery() != null
        || baseUrl.getFragment() != null) {
      throw new IllegalArgumentException(
          "base-url must not carry a user, a query or a fragment; the key goes into api-key");
    }
    String text = baseUrl.toString();
    return text.endsWith("/") ? URI.create(text.replaceAll("/+$", "")) : baseUrl;
  }

  /**
   * A key without space around it; null for a blank one.
   *
   * @throws IllegalArgumentException naming {@code api-key} when no header could carry it
   */
  public static @Nullable Secret checkedKey(@Nullable Secret apiKey) {
    if (apiKey == null) {
      return null;
    }
    String key = apiKey.value().strip();
    if (!key.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw new IllegalArgumentException(
          "api-key has a character that cannot be sent in a header; copy the key again, without"
              + " quotes or line breaks");
    }
    return key.isEmpty() ? null : new Secret(key);
  }

  private static IllegalArgumentException refused(String rule, URI url) {
    return new IllegalArgumentException(
        "base-url " + rule + ", for example https://api.groq.com/openai/v1, not " + url);
  }

  /** Whether it ends every stream with the usage: Groq does, others want to be asked. */
  public boolean tellsUsageUnasked() {
    return name.equals("groq");
  }

  /**
   * Whether it is known to read {@code max_completion_tokens}: Groq and OpenAI have deprecated
   * {@code max_tokens}; Ollama and most others know no other.
   */
  public boolean readsMaxCompletionTokens() {
    return name.equals("groq") || "api.openai.com".equalsIgnoreCase(baseUrl.getHost());
  }

  /** Whether it is Ollama, by its name or by the port that Ollama has. */
  public boolean isOllama() {
    return name.equals("ollama") || baseUrl.getPort() == OLLAMA_PORT;
  }

  /** Whether it can be called. */
  public boolean configured() {
    return missing == null;
  }

  /** Whether its address begins with https. */
  public boolean tls() {
    return "https".equalsIgnoreCase(baseUrl.getScheme());
  }

  /** The TCP port of its address. */
  public int port() {
    return baseUrl.getPort() >= 0 ? baseUrl.getPort() : tls() ? 443 : 80;
  }

  /** Host and port, as messages name the provider. */
  public String origin() {
    return baseUrl.getHost() + ":" + port();
  }
}
