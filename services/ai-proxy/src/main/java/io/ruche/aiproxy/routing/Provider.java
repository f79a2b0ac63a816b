package io.ruche.aiproxy.upstream;

import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.config.Secret;
import io.ruche.config.Variable;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible provider.
 *
 * @param baseUrl everything before {@code /chat/completions}, without a slash at its end
 * @param apiKey null when none is set; a blank one counts as none, as {@code GROQ_API_KEY=} in an
 *     env file gives it
 */
public record Provider(
    @Description("Address of the provider's OpenAI-compatible API.")
        @Variable("GROQ_BASE_URL")
        @Default("https://api.groq.com/openai/v1")
        URI baseUrl,
    @Description("The provider's key. Without it requests are answered 503.")
        @Variable("GROQ_API_KEY")
        @Nullable Secret apiKey) {

  /** Rejects addresses that are not plain HTTP ones and keys that cannot be sent in a header. */
  public Provider {
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
    if (text.endsWith("/")) {
      baseUrl = URI.create(text.replaceAll("/+$", ""));
    }
    if (apiKey != null) {
      String key = apiKey.value().strip();
      apiKey = key.isEmpty() ? null : new Secret(key);
      if (!key.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
        throw new IllegalArgumentException(
            "api-key has a character that cannot be sent in a header; copy the key again, without"
                + " quotes or line breaks");
      }
    }
  }

  private static IllegalArgumentException refused(String rule, URI url) {
    return new IllegalArgumentException(
        "base-url " + rule + ", for example https://api.groq.com/openai/v1, not " + url);
  }

  boolean tls() {
    return "https".equalsIgnoreCase(baseUrl.getScheme());
  }

  int port() {
    return baseUrl.getPort() >= 0 ? baseUrl.getPort() : tls() ? 443 : 80;
  }

  /** Host and port, as messages name the provider. */
  String origin() {
    return baseUrl.getHost() + ":" + port();
  }
}
