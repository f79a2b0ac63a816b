package io.ruche.aiproxy;

import io.ruche.aiproxy.cache.CachedRoute;
import io.ruche.aiproxy.gateway.Terms;
import io.ruche.aiproxy.guard.GuardConfig;
import io.ruche.aiproxy.guard.GuardRules;
import io.ruche.aiproxy.ledger.LedgerConfig;
import io.ruche.aiproxy.limits.LimitsConfig;
import io.ruche.aiproxy.queue.QueueConfig;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.circuit.CircuitRules;
import io.ruche.aiproxy.routing.price.Price;
import io.ruche.aiproxy.routing.price.PriceList;
import io.ruche.aiproxy.routing.retry.AttemptRules;
import io.ruche.bus.envelope.Identifiers;
import io.ruche.config.ByteSize;
import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings of ai-proxy, {@code ai-proxy.yaml}. Rejects values that could not work. */
public record AiProxyConfig(
    @Description("TCP port of the API.") @Default("8101") int port,
    @Description("TCP port of health and metrics, at `management.host`.") @Default("9101")
        int managementPort,
    @Description(
            "The provider of a model that is no alias and does not begin with a provider's name."
                + " Without it `groq` or, while that has no key, the only one that is configured.")
        @Nullable String defaultProvider,
    @Description("The model of a chat command in shorthand that names none.")
        @Default("openai/gpt-oss-20b")
        String defaultModel,
    @Description("The model of a transcribe command that names none.")
        @Default("whisper-large-v3-turbo")
        String defaultTranscriptionModel,
    @Description("Longest request body, held in memory while it is checked and sent on.")
        @Default("8MiB")
        ByteSize maxBody,
    @Description(
            "Longest form with sound. It passes through; one whose file comes before the field model"
                + " waits on disk meanwhile.")
        @Default("100MiB")
        ByteSize maxAudio,
    @Description("Longest form with a file for `/v1/files`. It passes through.") @Default("200MiB")
        ByteSize maxFile,
    @Description("The provider of `/v1/files` and `/v1/batches`; without it the default provider.")
        @Nullable String filesProvider,
    @Description("Longest answer that a chat command brings back. HTTP answers have no limit.")
        @Default("4MiB")
        ByteSize maxReply,
    @Description("For a whole chat command, whatever the provider does. A change needs a restart.")
        @Default("5m")
        Duration commandTimeout,
    @Description("Groq.") GroqSettings groq,
    @Description("Ollama.") OllamaSettings ollama,
    @Description("Other OpenAI-compatible providers, by names of a-z, 0-9 and `-`.")
        Map<String, ProviderSettings> providers,
    @Description("Routes, by the alias that clients name as the model.")
        Map<String, ModelSettings> models,
    @Description("Attempts of a request.") AttemptRules attempts,
    @Description("Circuit breakers, one for each model at each provider.") CircuitRules circuits,
    @Description("Tenants that hear the events `provider-down` and `provider-up`.")
        List<String> providerEvents,
    @Description(
            "Tenants that hear the event `usage-recorded` of each row of theirs in the ledger.")
        List<String> usageEvents,
    @Description("Prices by provider, then by the provider's own name of the model.")
        Map<String, Map<String, List<Price>>> prices,
    @Description(
            "Output tokens that are reserved for a request that does not say how many it wants.")
        @Default("1024")
        int reservedOutput,
    @Description("Commands that wait.") QueueConfig queue,
    @Description("One row a request.") LedgerConfig ledger,
    @Description("Limits of tenants, and how limits of keys and tenants are held.")
        LimitsConfig limits,
    @Description("Which models and how many tokens may be asked for, and what is redacted.")
        GuardConfig guard) {

  private static final int MOST_RESERVED = 1_000_000;
  private static final long LONGEST_FORM = 10L << 30;

  /** Names the setting and what would be right. */
  public AiProxyConfig {
    requirePort("port", port);
    requirePort("management-port", managementPort);
    if (defaultModel.isBlank()) {
      throw new IllegalArgumentException(
          "default-model must name a model of the default provider, or an alias, for example"
              + " openai/gpt-oss-20b");
    }
    if (defaultTranscriptionModel.isBlank()) {
      throw new IllegalArgumentException(
          "default-transcription-model must name a model or an alias, for example"
              + " whisper-large-v3-turbo");
    }
    requireInMemory("max-body", maxBody);
    requireInMemory("max-reply", maxReply);
    requireForm("max-audio", maxAudio);
    requireForm("max-file", maxFile);
    if (commandTimeout.toMillis() < 1 || commandTimeout.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("command-timeout must be 1 ms to 1 day, for example 5m");
    }
    if (reservedOutput < 1 || reservedOutput > MOST_RESERVED) {
      throw new IllegalArgumentException(
          "reserved-output must be 1 to " + MOST_RESERVED + " tokens, not " + reservedOutput);
    }
    requireTenants("provider-events", providerEvents);
    requireTenants("usage-events", usageEvents);
    Catalog catalog =
        CatalogReader.read(groq, ollama, providers, models, defaultProvider, attempts, circuits);
    if (filesProvider != null && catalog.provider(filesProvider) == null) {
      throw new IllegalArgumentException(
          "files-provider must be one of "
              + catalog.providers().keySet()
              + ", not '"
              + filesProvider
              + "'");
    }
  }

  /** The providers and routes of these settings. */
  public Catalog catalog() {
    return CatalogReader.read(groq, ollama, providers, models, defaultProvider, attempts, circuits);
  }

  /** What requests are dealt with by under these settings. */
  public Terms terms() {
    Catalog catalog = catalog();
    Map<String, CachedRoute> caches = CatalogReader.caches(models, catalog);
    return new Terms(catalog, new PriceList(prices), reservedOutput, caches, new GuardRules(guard));
  }

  private static void requireTenants(String name, List<String> tenants) {
    for (String tenant : tenants) {
      if (!Identifiers.isLevel(tenant)) {
        throw new IllegalArgumentException(
            name + ": '" + tenant + "' must be 1 to 64 of a-z, 0-9, '_' and '-'");
      }
    }
  }

  private static void requirePort(String name, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(name + " must be 0 to 65535, not " + port);
    }
  }

  private static void requireForm(String name, ByteSize size) {
    if (size.bytes() < 1 || size.bytes() > LONGEST_FORM) {
      throw new IllegalArgumentException(
          name + " must be 1 byte to 10 GiB, for example 100MiB, not " + size.bytes() + " bytes");
    }
  }

  private static void requireInMemory(String name, ByteSize size) {
    if (size.bytes() < 1 || size.bytes() > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException(
          name + " must be 1 byte to 1 GiB, for example 8MiB, not " + size.bytes() + " bytes");
    }
  }
}
