package io.ruche.aiproxy;

import io.ruche.aiproxy.routing.Pool;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.Timeouts;
import io.ruche.aiproxy.routing.quota.ModelLimits;
import io.ruche.aiproxy.routing.retry.Retries;
import io.ruche.config.Description;
import io.ruche.config.Secret;
import io.ruche.config.Variable;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of the section {@code providers}. */
public record ProviderSettings(
    @Description("Address of its OpenAI-compatible API, up to and without /chat/completions.")
        URI baseUrl,
    @Description("Its key, where it wants one.") @Variable("{NAME}_API_KEY")
        @Nullable Secret apiKey,
    @Description("How long it may take.") Timeouts timeouts,
    @Description("Connections to it.") Pool pool,
    @Description("When it is asked again.") Retries retries,
    @Description("Its limits by its model, where its headers do not tell them.")
        Map<String, ModelLimits> limits) {

  /** Rejects an address or a key that cannot be used. */
  public ProviderSettings {
    baseUrl = Provider.checkedUrl(baseUrl);
    apiKey = Provider.checkedKey(apiKey);
  }

  Provider provider(String name) {
    return new Provider(name, baseUrl, apiKey, timeouts, pool, retries, limits, null);
  }
}
