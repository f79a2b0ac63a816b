package io.ruche.aiproxy;

import io.ruche.aiproxy.routing.Pool;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.Timeouts;
import io.ruche.aiproxy.routing.retry.Retries;
import io.ruche.config.Description;
import io.ruche.config.Variable;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The section {@code ollama}. */
public record OllamaSettings(
    @Description(
            "Its address, such as http://127.0.0.1:11434; /v1 is added where there is no path."
                + " Without it requests for Ollama are answered 503.")
        @Variable("OLLAMA_URL")
        @Nullable URI baseUrl,
    @Description("How long it may take.") Timeouts timeouts,
    @Description("Connections to it.") Pool pool,
    @Description("When it is asked again.") Retries retries) {

  /** The name of the provider. */
  static final String NAME = "ollama";

  private static final URI USUAL = URI.create("http://127.0.0.1:11434/v1");

  /** Rejects an address that cannot be used. */
  public OllamaSettings {
    if (baseUrl != null) {
      baseUrl = Provider.checkedUrl(baseUrl);
      if (baseUrl.getRawPath().isEmpty()) {
        baseUrl = URI.create(baseUrl + "/v1");
      }
    }
  }

  Provider provider() {
    URI url = baseUrl;
    String missing =
        url != null
            ? null
            : "set the variable OLLAMA_URL and restart, or ollama.base-url in ai-proxy.yaml.";
    return new Provider(
        NAME, url == null ? USUAL : url, null, timeouts, pool, retries, Map.of(), missing);
  }
}
