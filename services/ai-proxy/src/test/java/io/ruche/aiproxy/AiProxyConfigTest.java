package io.ruche.aiproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.guard.GuardConfig;
import io.ruche.aiproxy.guard.find.Kind;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.config.Config;
import io.ruche.config.ConfigException;
import io.ruche.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AiProxyConfigTest {

  @TempDir Path folder;

  @Test
  void needsNoFileAndNoKey() throws IOException {
    Catalog catalog = load("", Map.of()).catalog();

    Provider groq = catalog.defaultProvider();
    assertEquals("groq", groq.name());
    assertFalse(groq.configured());
    assertTrue(String.valueOf(groq.missing()).contains("GROQ_API_KEY"));
    assertEquals(URI.create("https://api.groq.com/openai/v1"), groq.baseUrl());
  }

  @Test
  void readsProvidersAndTheirOwnBounds() throws IOException {
    AiProxyConfig config =
        load(
            """
            groq:
              timeouts: {connect: 1s, first-byte: 20s, idle: 5s}
              limits:
                openai/gpt-oss-20b: {requests-per-minute: 30, tokens-per-day: 200000}
            providers:
              open-router:
                base-url: https://openrouter.ai/api/v1/
                retries: {most: 3}
            """,
            Map.of("GROQ_API_KEY", "gsk_1", "OPEN_ROUTER_API_KEY", "or_1"));

    Provider groq = provider(config, "groq");
    assertTrue(groq.configured());
    assertEquals(Duration.ofSeconds(20), groq.timeouts().firstByte());
    assertEquals(30, groq.limits().get("openai/gpt-oss-20b").requestsPerMinute());
    Provider other = provider(config, "open-router");
    assertEquals(URI.create("https://openrouter.ai/api/v1"), other.baseUrl());
    assertEquals(new Secret("or_1"), other.apiKey());
    assertEquals(3, other.retries().most());
  }

  @Test
  void readsTheGuardAndTellsWhatIsWrongInIt() throws IOException {
    AiProxyConfig config =
        load(
            """
            guard:
              deny-models: ["*-preview"]
              max-output-tokens: 4000
              redact: [email, iban]
              restore: true
              routes: {"groq/*": {redact: [phone]}}
              tenants:
                koff:
                  models: [openai/*, fast]
                  keys: {n8n: {redact: [card], restore: false}}
            """,
            Map.of());

    assertEquals(List.of("*-preview"), config.guard().denyModels());
    assertEquals(4_000L, config.guard().maxOutputTokens());
    assertEquals(List.of(Kind.EMAIL, Kind.IBAN), config.guard().redact());
    assertEquals(List.of(Kind.PHONE), config.guard().routes().get("groq/*").redact());
    GuardConfig.Tenant koff = config.guard().tenants().get("koff");
    assertEquals(List.of("openai/*", "fast"), koff.models());
    assertEquals(false, koff.keys().get("n8n").restore());
    assertEquals(GuardConfig.NONE, load("", Map.of()).guard());
    for (String wrong :
        List.of(
            "guard: {redact: [mail]}",
            "guard: {models: [a b]}",
            "guard: {max-output-tokens: 0}",
            "guard: {routes: {a b: {redact: [email]}}}",
            "guard: {tenants: {koff: {max-input-tokens: -1}}}")) {
      ConfigException refusal = assertThrows(ConfigException.class, () -> load(wrong, Map.of()));
      assertTrue(String.valueOf(refusal.getMessage()).contains("guard"), refusal.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:11434, http://127.0.0.1:11434/v1",
    "http://ollama:11434/, http://ollama:11434/v1",
    "https://box/ollama/v1, https://box/ollama/v1"
  })
  void findsOllamasApi(String url, URI baseUrl) throws IOException {
    Provider ollama = provider(load("", Map.of("OLLAMA_URL", url)), "ollama");

    assertEquals(baseUrl, ollama.baseUrl());
    assertTrue(ollama.configured());
  }

  @Test
  void takesTheOnlyProviderThatIsConfiguredAsTheDefault() throws IOException {
    Map<String, String> ollama = Map.of("OLLAMA_URL", "http://127.0.0.1:11434");
    Map<String, String> both = Map.of("OLLAMA_URL", "http://o", "GROQ_API_KEY", "gsk_1");

    assertEquals("ollama", load("", ollama).catalog().defaultProvider().name());
    assertEquals("groq", load("", both).catalog().defaultProvider().name());
    assertEquals(
        "ollama", load("default-provider: ollama\n", both).catalog().defaultProvider().name());
  }

  @Test
  void tellsEveryReferenceThatLeadsNowhere() {
    List<String> problems =
        problems(
            """
            default-provider: grok
            models:
              fast: {targets: [[{provider: groq, model: a}], [{provider: olama, model: b}]]}
            """);

    assertEquals(1, problems.size());
    String problem = problems.get(0);
    assertTrue(problem.contains("default-provider 'grok' is not a provider; did you mean groq?"));
    assertTrue(
        problem.contains(
            "models.fast.targets[1][0].provider 'olama' is not a provider; did you mean ollama?"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "models: {m: {targets: []}} | models.m: targets must be a list of tiers",
        "models: {m: {targets: [[]]}} | models.m: targets must be a list of tiers",
        "models: {m: {targets: [[{provider: groq, model: a, weight: 0}]]}} | weight must be 1",
        "models: {m: {targets: [[{provider: groq, model: ' '}]]}} | model must name a model",
        "models: {m: {targets: [[{provider: groq}]]}} | model: is missing",
        "providers: {groq: {base-url: 'http://x'}} | providers.groq is built in",
        "providers: {a_b: {base-url: 'http://x'}} | must be of a-z",
        "providers: {x: {base-url: 'ftp://x'}} | base-url must start with http",
        "provider: {base-url: 'http://x'} | did you mean providers?",
        "provider-events: ['A B'] | provider-events",
        "groq: {limits: {m: {tokens-per-day: 0}}} | tokens-per-day must be 1 or more",
        "circuits: {share: 2} | share must be above 0",
        "files-provider: grok | files-provider must be one of [groq, ollama], not 'grok'",
        "max-file: 11GiB | max-file must be 1 byte to 10 GiB",
      })
  void refusesWhatCouldNotWork(String yaml, String problem) {
    List<String> problems = problems(yaml);

    assertTrue(problems.stream().anyMatch(text -> text.contains(problem)), problems::toString);
  }

  private static Provider provider(AiProxyConfig config, String name) {
    Provider provider = config.catalog().provider(name);
    assertNotNull(provider);
    return provider;
  }

  private List<String> problems(String yaml) {
    return assertThrows(ConfigException.class, () -> load(yaml, Map.of())).problems();
  }

  private AiProxyConfig load(String yaml, Map<String, String> env) throws IOException {
    Files.writeString(folder.resolve("ai-proxy.yaml"), yaml);
    return Config.load(folder, env, Map.of("ai-proxy", AiProxyConfig.class))
        .get(AiProxyConfig.class);
  }
}
