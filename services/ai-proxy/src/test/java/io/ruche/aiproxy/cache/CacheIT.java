package io.ruche.aiproxy.cache;

import static io.ruche.aiproxy.CachedScene.body;
import static io.ruche.aiproxy.CachedScene.cache;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.CachedScene;
import io.ruche.aiproxy.TestKeys;
import io.ruche.testing.Signals;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are kept and found again, over HTTP. */
final class CacheIT {

  private static final String MODELS =
      """
      kept: {targets: [[{provider: alpha, model: m}]], cache: {timeout: 1s, ttl: 10m}}
      other: {targets: [[{provider: alpha, model: m}]], cache: {timeout: 1s, ttl: 10m}}
      short: {targets: [[{provider: alpha, model: m}]], cache: {timeout: 1s, ttl: 1s}}
      usual: {targets: [[{provider: alpha, model: m}]], cache: {ttl: 10m}}
      small: {targets: [[{provider: alpha, model: m}]], cache: {timeout: 1s, ttl: 10m, largest: 1KiB}}
      anyone: {targets: [[{provider: alpha, model: m}]], cache: {timeout: 1s, ttl: 10m, ignore: [user]}}
      plain: {targets: [[{provider: alpha, model: m}]]}
      """;
  private static final String HELLO = body("kept", "Hello", "");

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

  @Test
  void givesTheSameBytesToTheSameRequest() throws Exception {
    HttpResponse<String> first = scene.ask(HELLO);
    HttpResponse<String> second = scene.ask(HELLO);

    assertEquals("miss", cache(first));
    assertEquals("hit", cache(second));
    assertEquals(first.body(), second.body());
    assertEquals("application/json", second.headers().firstValue("content-type").orElse(""));
    assertTrue(second.headers().firstValue("x-ruche-provider").isEmpty(), "nobody was asked");
    assertEquals(1, scene.provider().requests());
    assertEquals(
        1,
        scene
            .proxy()
            .registry()
            .get("ruche_ai_cache_requests_total")
            .tags("route", "kept", "result", "hit")
            .counter()
            .count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"messages\":[{\"content\":\"Hello\",\"role\":\"user\"}],\"temperature\":0.5,\"model\":\"kept\"}",
        " { \"model\" : \"kept\", \"temperature\" : 5e-1, \"messages\" : [ { \"role\" : \"user\","
            + " \"content\" : \"\\u0048ello\" } ] } ",
        "{\"model\":\"kept\",\"stream\":false,\"temperature\":0.50,\"messages\":[{\"role\":\"user\","
            + "\"content\":\"Hello\"}]}"
      })
  void knowsARequestInAnotherSpelling(String spelling) throws Exception {
    expect("miss", body("kept", "Hello", "\"temperature\":0.5,"));

    expect("hit", spelling);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"temperature\":0.7,",
        "\"temperature\":0,",
        "\"top_p\":0.9,",
        "\"seed\":1,",
        "\"max_tokens\":5,",
        "\"stop\":[\"x\"],",
        "\"user\":\"ann\",",
        "\"reasoning_effort\":\"low\",",
        "\"parallel_tool_calls\":false,",
        "\"response_format\":{\"type\":\"json_object\"},",
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{}}}],",
        "\"a_field_of_tomorrow\":true,"
      })
  void keepsEveryParameterApart(String parameter) throws Exception {
    expect("miss", HELLO);

    expect("miss", body("kept", "Hello", parameter));
    expect("hit", body("kept", "Hello", parameter));
    expect("hit", HELLO);
  }

  @Test
  void ignoresTheFieldsThatItsRouteSays() throws Exception {
    expect("miss", body("anyone", "Hello", "\"user\":\"ann\","));

    expect("hit", body("anyone", "Hello", "\"user\":\"bob\","));
  }

  @Test
  void keepsTenantsAndRoutesApart() throws Exception {
    expect("miss", HELLO);
    expect("miss", body("other", "Hello", ""));

    scene.use(TestKeys.named("azoth", "app"));
    expect("miss", HELLO);
    expect("hit", HELLO);

    scene.use(TestKeys.named("koff", "another-key"));
    expect("hit", HELLO);
    assertEquals(3, scene.provider().requests());
  }

  @Test
  void replaysAStreamByteForByteAndApartFromAWholeAnswer() throws Exception {
    String streamed = body("kept", "Hello", "\"stream\":true,");
    expect("miss", HELLO);
    scene.provider().next("tokens=600,pad=20,odd");
    HttpResponse<String> first = scene.ask(streamed);
    HttpResponse<String> second = scene.ask(streamed);

    assertEquals("miss", cache(first));
    assertEquals("hit", cache(second));
    assertTrue(second.body().length() > 100_000);
    assertEquals(first.body(), second.body());
    assertTrue(second.body().endsWith("data: [DONE]\n\n"));
    assertEquals("text/event-stream", second.headers().firstValue("content-type").orElse(""));
    assertEquals("no-cache", second.headers().firstValue("cache-control").orElse(""));
    assertEquals(2, scene.provider().requests());
  }

  @Test
  void forgetsAfterItsTime() throws Exception {
    String request = body("short", "Hello", "");
    expect("miss", request);

    await().atMost(Duration.ofSeconds(5)).until(() -> cache(scene.ask(request)).equals("miss"));
    Response keys = scene.redis(Command.KEYS, "*");
    for (Response key : keys) {
      assertTrue(key.toString().startsWith("{koff}:ai:cache:"), key.toString());
      assertTrue(scene.redis(Command.PTTL, key.toString()).toLong() > 0, "each has a TTL");
    }
  }

  @Test
  void doesNotKeepWhatIsTooLarge() throws Exception {
    for (String stream : new String[] {"", "\"stream\":true,"}) {
      scene.provider().next("pad=5000", "pad=5000");
      expect("miss", body("small", "Hello", stream));
      expect("miss", body("small", "Hello", stream));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status=500",
        "status=400",
        "status=400,code=tool_use_failed",
        "body=garbage",
        "body=empty",
        "cut=100",
        "status=429"
      })
  void doesNotKeepFailures(String behaviour) throws Exception {
    scene.provider().next(behaviour, behaviour, behaviour, behaviour, behaviour, behaviour);
    scene.ask(HELLO);
    scene.provider().forget();

    assertNotEquals("hit", cache(scene.ask(HELLO)));
  }

  @Test
  void doesNotKeepAStreamThatWasCut() throws Exception {
    String streamed = body("kept", "Hello", "\"stream\":true,");
    scene.provider().next("tokens=50,cut=20");
    HttpResponse<java.io.InputStream> cut = scene.open(streamed);
    assertEquals(200, cut.statusCode());
    try {
      cut.body().readAllBytes();
    } catch (java.io.IOException brokenOff) {
      // As it should be.
    }

    HttpResponse<String> next = scene.ask(streamed);
    assertEquals("miss", cache(next));
    assertTrue(next.body().endsWith("data: [DONE]\n\n"));
  }

  @Test
  void leavesSeveralChoicesAlone() throws Exception {
    String two = body("kept", "Hello", "\"n\":2,");
    assertEquals("bypass", cache(scene.ask(two)));
    assertEquals("bypass", cache(scene.ask(two)));
    expect("miss", body("kept", "Hello", "\"n\":1,"));
    expect("hit", body("kept", "Hello", "\"n\":1,"));
  }

  @Test
  void obeysTheClientsCacheControl() throws Exception {
    expect("miss", HELLO);

    assertEquals("bypass", cache(scene.ask(HELLO, "Cache-Control", "no-store")));
    assertEquals(2, scene.provider().requests());
    scene.provider().next("pad=10");
    HttpResponse<String> renewed = scene.ask(HELLO, "Cache-Control", "max-age=0, no-cache");
    assertEquals("bypass", cache(renewed));
    assertEquals(3, scene.provider().requests());

    HttpResponse<String> after = scene.ask(HELLO);
    assertEquals("hit", cache(after));
    assertEquals(renewed.body(), after.body());
  }

  @Test
  void saysNothingOnRoutesWithoutACache() throws Exception {
    expect("", body("plain", "Hello", ""));
    expect("", body("plain", "Hello", ""));
    assertEquals(2, scene.provider().requests());
  }

  @Test
  void takesACorruptEntryForNone() throws Exception {
    expect("miss", HELLO);
    String key = scene.redis(Command.KEYS, "*").get(0).toString();

    for (String wrong : new String[] {"", "x", "RCH1", "not what was kept at all".repeat(9)}) {
      scene.redis(Command.SET, key, wrong);
      expect("miss", HELLO);
      expect("hit", HELLO);
    }
    byte[] entry = scene.redis(Command.GET, key).toBytes();
    scene.redis(Command.SETRANGE, key, Integer.toString(entry.length - 9), "#");
    expect("miss", HELLO);
    scene.redis(Command.DEL, key);
    scene.redis(Command.LPUSH, key, "a list");
    expect("miss", HELLO);
  }

  @Test
  void goesOnWithoutARedis() throws Exception {
    expect("miss", HELLO);
    scene.redis().kill();

    expect("miss", HELLO);
    expect("miss", HELLO);

    scene.redis().launch();
    scene.awaitRedis();
    expect("miss", HELLO);
    expect("hit", HELLO);
  }

  @Test
  void doesNotWaitForAFrozenRedis() throws Exception {
    String request = body("usual", "Hello", "");
    expect("miss", request);
    long[] millis = new long[20];
    Signals.pause(scene.redis().process());
    try {
      for (int i = 0; i < millis.length; i++) {
        long began = System.nanoTime();
        expect("miss", request);
        millis[i] = (System.nanoTime() - began) / 1_000_000;
      }
    } finally {
      Signals.resume(scene.redis().process());
    }
    Arrays.sort(millis);
    assertTrue(millis[10] < 40, "most wait for nothing: " + Arrays.toString(millis));
    await().atMost(Duration.ofSeconds(5)).until(() -> cache(scene.ask(request)).equals("hit"));
  }

  @Test
  void answersAHitWithoutItsProviderAndQuickly() throws Exception {
    expect("miss", HELLO);
    time(3_000, HELLO);
    long[] hits = time(5_000, HELLO);
    long asked = scene.provider().requests();
    long[] passed = time(5_000, body("plain", "Hello", ""));

    print("hit", hits);
    print("no cache, simulated provider", passed);
    assertTrue(asked < 10, "asked: " + asked);
    assertTrue(hits[hits.length / 2] < 50_000_000, "half of them within 50 ms");
  }

  private long[] time(int times, String request) throws Exception {
    long[] nanos = new long[times];
    for (int i = 0; i < times; i++) {
      long began = System.nanoTime();
      scene.ask(request);
      nanos[i] = System.nanoTime() - began;
    }
    Arrays.sort(nanos);
    return nanos;
  }

  private static void print(String what, long[] nanos) {
    System.out.printf(
        "%s: p50 %.3f ms, p99 %.3f ms, p99.9 %.3f ms, client included%n",
        what,
        nanos[nanos.length / 2] / 1e6,
        nanos[nanos.length * 99 / 100] / 1e6,
        nanos[nanos.length * 999 / 1000] / 1e6);
  }
}
