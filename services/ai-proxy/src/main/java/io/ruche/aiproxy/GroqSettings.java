package io.ruche.aiproxy;

import io.ruche.aiproxy.routing.Pool;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.Timeouts;
import io.ruche.aiproxy.routing.quota.ModelLimits;
import io.ruche.aiproxy.routing.retry.Retries;
import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.config.Secret;
import io.ruche.config.Variable;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The section {@code groq}. */
public record GroqSettings(
    @Description("Address of its OpenAI-compatible API.")
        @Variable("GROQ_BASE_URL")
        @Default("https://api.groq.com/openai/v1")
        URI baseUrl,
    @Description("Its key. Without it requests for Groq are answered 503.")
        @Variable("GROQ_API_KEY")
        @Nullable Secret apiKey,
    @Description("How long it may take.") Timeouts timeouts,
    @Description("Connections to it.") Pool pool,
    @Description("When it is asked again.") Retries retries,
    @Description(
            "Its limits by its model, where its headers do not tell them: they tell the requests a"
                + " day and the tokens a minute.")
        Map<String, ModelLimits> limits) {

  /** The name of the provider. */
  static final String NAME = "groq";

  /** Rejects an address or a key that cannot be used. */
  public GroqSettings {
    baseUrl = Provider.checkedUrl(baseUrl);
    apiKey = Provider.checkedKey(apiKey);
  }

  Provider provider() {
    String missing =
        apiKey != null
            ? null
            : "set the variable GROQ_API_KEY and restart, or groq.api-key in ai-proxy.yaml.";
    return new Provider(NAME, baseUrl, apiKey, timeouts, pool, retries, limits, missing);
  }
}
