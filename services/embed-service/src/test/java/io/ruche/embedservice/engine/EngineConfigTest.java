package io.ruche.embedservice.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.config.Config;
import io.ruche.config.ConfigException;
import io.ruche.config.Secret;
import io.ruche.embedservice.engine.EngineConfig.Kind;
import io.ruche.embedservice.engine.onnx.Pooling;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EngineConfigTest {

  /** Where the section stands. */
  record Settings(EngineConfig engine) {}

  @TempDir Path folder;

  private EngineConfig load(String yaml, Map<String, String> variables) throws IOException {
    Files.writeString(folder.resolve("embed-service.yaml"), yaml);
    return Config.load(folder, variables, Map.of("embed-service", Settings.class))
        .get(Settings.class)
        .engine();
  }

  @Test
  void withoutSettingsTheModelThatComesAlongIsUsed() throws IOException {
    EngineConfig config = load("", Map.of());
    assertEquals(Kind.ONNX, config.kind());
    assertEquals("bge-small-en-v1.5", config.onnx().shownName());
    assertEquals(Pooling.CLS, config.onnx().pooling());
    assertNull(config.rerank().model());
    assertTrue(config.usedCores() >= 1);
  }

  @Test
  void aModelOfTheOperatorsIsReadWithItsPrefixes() throws IOException {
    EngineConfig config =
        load(
            """
            engine:
              onnx:
                model: /models/multilingual-e5-small.onnx
                tokenizer: /models/tokenizer.json
                pooling: mean
                query-prefix: "query: "
                passage-prefix: "passage: "
            """,
            Map.of());
    assertEquals("multilingual-e5-small", config.onnx().shownName());
    assertEquals(Pooling.MEAN, config.onnx().pooling());
    assertEquals("query: ", config.onnx().queryPrefix());
  }

  @Test
  void aServerOfModelsIsReadAndItsKeyIsNotShown() throws IOException {
    EngineConfig config =
        load(
            """
            engine:
              kind: openai
              remote: {url: "https://models.example.org/v1/", model: e5, dimensions: 384}
            """,
            Map.of("RUCHE_EMBED_API_KEY", "sk-unseen"));
    assertEquals(URI.create("https://models.example.org/v1"), config.remote().url());
    assertEquals(new Secret("sk-unseen"), config.remote().apiKey());
    assertFalse(config.toString().contains("unseen"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kind: olama                                                    | did you mean ollama",
        "kind: ollama                                                   | remote.url, remote.model and remote.dimensions",
        "onnx: {model: a.onnx}                                          | model and tokenizer belong together",
        "onnx: {max-tokens: 1024}                                       | at most 512",
        "onnx: {max-tokens: 2}                                          | max-tokens",
        "rerank: {tokenizer: t.json}                                    | model and tokenizer belong together",
        "remote: {url: 'ftp://a'}                                       | http:// or https://",
        "remote: {url: 'http://a:b@c'}                                  | must not carry a user",
        "remote: {batch: 0}                                             | batch",
        "queue: {bulk-tokens: 5}                                        | bulk-tokens",
        "cores: -1                                                      | cores",
        "cached-queries: -1                                             | cached-queries",
        "onnx: {poling: mean}                                           | pooling",
      })
  void whatCannotWorkStopsTheStartWithAReason(String setting, String words) {
    ConfigException refused =
        assertThrows(ConfigException.class, () -> load("engine:\n  " + setting + "\n", Map.of()));
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
  }
}
