package io.ruche.aiproxy.cache;

import static io.ruche.aiproxy.CachedScene.body;
import static io.ruche.aiproxy.CachedScene.cache;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.CachedScene;
import io.ruche.aiproxy.TestKeys;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are found by what the last message means; here, by its words in any order. */
final class SemanticIT {

  private static final String MODELS =
      """
      near:
        targets: [[{provider: alpha, model: m}]]
        cache: {timeout: 1s, ttl: 10m, semantic: {provider: alpha, model: bag-of-words, threshold: 0.8}}
      """;
  private static final String ASKED = "How do I reset my password for the shop";
  private static final String MEANT = "For the shop, how do I reset my password?";

  @TempDir private Path folder;
  private CachedScene scene;

  @BeforeEach
  void open() throws Exception {
    scene = CachedScene.open(folder, MODELS);
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  private void expect(String word, String request) throws Exception {
    HttpResponse<String> answer = scene.ask(request);
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(word, cache(answer), request);
  }

  private long chats() {
    return scene.provider().seen().stream().filter(s -> s.uri().endsWith("/completions")).count();
  }

  @Test
  void givesTheAnswerToAMessageThatMeansTheSame() throws Exception {
    HttpResponse<String> first = scene.ask(body("near", ASKED, ""));
    HttpResponse<String> second = scene.ask(body("near", MEANT, ""));

    assertEquals("miss", cache(first));
    assertEquals("hit-semantic", cache(second));
    assertEquals(first.body(), second.body());
    double similarity =
        Double.parseDouble(second.headers().firstValue("x-ruche-cache-similarity").orElse("0"));
    assertTrue(similarity >= 0.8 && similarity <= 1, "similarity " + similarity);
    assertEquals(1, chats());
    assertEquals("hit", cache(scene.ask(body("near", ASKED, ""))));
  }

  @Test
  void asksForAnotherMeaning() throws Exception {
    expect("miss", body("near", ASKED, ""));

    expect("miss", body("near", "Where is my parcel and when does it arrive", ""));
  }

  @Test
  void takesNoOtherNumberForTheSame() throws Exception {
    expect("miss", body("near", "What do I pay for the big parcel number 17", ""));

    expect("miss", body("near", "What do I pay for the big parcel number 18", ""));
    expect("hit-semantic", body("near", "What do I pay for big parcel number 17", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"near\",\"messages\":[{\"role\":\"system\",\"content\":\"In French.\"},{\"role\":\"user\","
            + "\"content\":\"For the shop, how do I reset my password?\"}]}",
        "{\"model\":\"near\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\","
            + "\"content\":\"Hi\"},{\"role\":\"user\",\"content\":\"For the shop, how do I reset my"
            + " password?\"}]}",
        "{\"model\":\"near\",\"temperature\":1,\"messages\":[{\"role\":\"user\",\"content\":\"For the shop, how"
            + " do I reset my password?\"}]}",
        "{\"model\":\"near\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"For the shop, how"
            + " do I reset my password?\"}]}",
        "{\"model\":\"near\",\"messages\":[{\"role\":\"user\",\"a_field\":1,\"content\":\"For the shop, how"
            + " do I reset my password?\"}]}"
      })
  void wantsAllElseToBeTheSame(String request) throws Exception {
    expect("miss", body("near", ASKED, ""));

    expect("miss", request);
  }

  @Test
  void keepsTenantsApart() throws Exception {
    expect("miss", body("near", ASKED, ""));

    scene.use(TestKeys.named("azoth", "app"));
    expect("miss", body("near", MEANT, ""));
  }

  @Test
  void asksTheModelWhenThereIsNoEmbedding() throws Exception {
    expect("miss", body("near", ASKED, ""));
    scene.provider().next("status=500");
    expect("miss", body("near", MEANT, ""));
    scene.provider().next("body=garbage");
    expect("miss", body("near", MEANT + " Please", ""));

    expect("hit-semantic", body("near", "Please, " + MEANT, ""));
  }

  @Test
  void asksTheModelWhenTheAnswerIsGone() throws Exception {
    expect("miss", body("near", ASKED, ""));
    for (io.vertx.redis.client.Response key :
        scene.redis(io.vertx.redis.client.Command.KEYS, "*:cache:*")) {
      scene.redis(io.vertx.redis.client.Command.DEL, key.toString());
    }

    expect("miss", body("near", MEANT, ""));
    expect("hit-semantic", body("near", MEANT + " Please", ""));
  }

  @Test
  void looksAtNothingButText() throws Exception {
    String picture =
        "{\"model\":\"near\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is"
            + " it\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:%s\"}}]}]}";
    expect("miss", picture.formatted("a"));
    expect("miss", picture.formatted("b"));
    expect("hit", picture.formatted("b"));
    assertTrue(
        scene.provider().seen().stream().noneMatch(seen -> seen.uri().endsWith("/embeddings")));
  }
}
