package io.ruche.aiproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.AiProxyConfig;
import io.ruche.config.Config;
import io.ruche.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CacheConfigTest {

  @TempDir private Path folder;

  private AiProxyConfig read(String model, String cache) throws IOException {
    Files.writeString(
        folder.resolve("ai-proxy.yaml"),
        "models: {a: {targets: [[{provider: groq, model: %s}]], cache: %s}}"
            .formatted(model, cache));
    return Config.load(folder, Map.of(), Map.of("ai-proxy", AiProxyConfig.class))
        .get(AiProxyConfig.class);
  }

  private CachedRoute route(String model, String cache) throws IOException {
    CachedRoute route = read(model, cache).terms().cache("a");
    assertTrue(route != null, "a route with a cache");
    return route;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|ttl",
        "{ttl: 0s}|ttl must be 1s to 30d",
        "{ttl: 31d}|ttl must be 1s to 30d",
        "{ttl: 1m, largest: 1B}|largest must be 1KiB to 4MiB",
        "{ttl: 1m, largest: 1GiB}|largest must be 1KiB to 4MiB",
        "{ttl: 1m, timeout: 1m}|timeout must be 1ms to 1s",
        "{ttl: 1m, ignore: [temperature]}|'temperature' may change the answer",
        "{ttl: 1m, semantic: {model: e}}|provider",
        "{ttl: 1m, semantic: {provider: gorq, model: e}}|did you mean groq?",
        "{ttl: 1m, semantic: {provider: groq, model: e, threshold: 2}}|threshold must be 0.5 to 1",
        "{ttl: 1m, semantic: {provider: groq, model: e, threshold: .nan}}|threshold",
        "{ttl: 1m, semantic: {provider: groq, model: e, entries: 0}}|entries must be 1 to 5000"
      })
  void saysWhatIsWrong(String cache, String told) {
    ConfigException wrong = assertThrows(ConfigException.class, () -> read("m", cache));

    assertTrue(wrong.getMessage().contains(told), wrong.getMessage());
  }

  @Test
  void isOffUnlessARouteHasIt() throws IOException {
    Files.writeString(
        folder.resolve("ai-proxy.yaml"), "models: {a: {targets: [[{provider: groq, model: m}]]}}");
    AiProxyConfig config =
        Config.load(folder, Map.of(), Map.of("ai-proxy", AiProxyConfig.class))
            .get(AiProxyConfig.class);

    assertTrue(config.terms().caches().isEmpty());
  }

  @Test
  void othersTargetsHaveOtherAnswers() throws IOException {
    CachedRoute one = route("m", "{ttl: 10m}");

    assertEquals(one.targets(), route("m", "{ttl: 20m}").targets());
    assertNotEquals(one.targets(), route("m2", "{ttl: 10m}").targets());
  }
}
