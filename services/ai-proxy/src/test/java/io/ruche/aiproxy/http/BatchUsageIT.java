package io.ruche.aiproxy.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What batches used, in the ledger: once for each batch and model. */
final class BatchUsageIT {

  private static final String ANNA = "koff.anna";
  private static final String LINES = "{\"custom_id\":\"1\",\"method\":\"POST\"}\n";

  /** Two models, one of them without a price, and requests that used nothing. */
  private static final String OUTPUT =
      answer("m", 100, 40, 10)
          + answer("m", 200, 0, 20)
          + answer("unpriced", 5, 0, 1)
          + "{\"response\":null,\"error\":{\"code\":\"batch_expired\"}}\n"
          + answer("m", 1, 0, 1).strip();

  /** (261 + 40 / 2 + 2 * 31) / 2 nano-dollars. */
  private static final String USED =
      "anna m second m ok 301 40 31 provider 172,"
          + " anna unpriced second unpriced ok 5 0 1 provider 0";

  @TempDir private Path folder;
  private ObjectScene scene;

  @BeforeEach
  void open() throws Exception {
    scene =
        new ObjectScene(
            folder,
            """
            files-provider: second
            providers: {second: ${provider}}
            prices: {second: {m: [{input: 0.001, cached-input: 0.0005, output: 0.002, batch: 0.5}]}}
            """);
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  private static String answer(String model, int input, int cached, int output) {
    return ("{\"custom_id\":\"1\",\"response\":{\"status_code\":200,\"body\":{\"model\":\"%s\",\"usage\":"
            + "{\"prompt_tokens\":%d,\"prompt_tokens_details\":{\"cached_tokens\":%d},"
            + "\"completion_tokens\":%d}}},\"error\":null}\n")
        .formatted(model, input, cached, output);
  }

  private String made() throws Exception {
    return TwoTenants.json(scene.batch(ANNA, scene.file(ANNA, LINES))).getString("id");
  }

  private String used() throws Exception {
    return scene.read(
        "SELECT string_agg(concat_ws(' ', client, model, provider, upstream_model, outcome,"
            + " input_tokens, cached_tokens, output_tokens, usage_source, cost_nano), ', '"
            + " ORDER BY model) FROM ruche_ai.request WHERE operation = 'batch' AND model <> 'batch'");
  }

  private void awaitUsed() throws Exception {
    await().atMost(TwoTenants.BOUND).until(() -> USED.equals(used()));
  }

  private long reads() {
    return scene.provider().seen().stream().filter(s -> s.uri().endsWith("/content")).count();
  }

  @Test
  void isThereOnceTheBatchIsReadAndNeverTwice() throws Exception {
    String batch = made();
    TwoTenants.json(scene.ask(ANNA, "GET", "/v1/batches/" + batch));
    assertEquals(0, reads(), "it has not ended");
    scene.provider().completeBatch(batch, OUTPUT);

    JsonObject ended = TwoTenants.json(scene.ask("koff.bert", "GET", "/v1/batches/" + batch));
    TwoTenants.json(scene.ask(ANNA, "GET", "/v1/batches"));
    TwoTenants.json(scene.ask(ANNA, "GET", "/v1/batches/" + batch));

    awaitUsed();
    assertEquals(1, reads());
    String content =
        scene
            .ask(ANNA, "GET", "/v1/files/" + ended.getString("output_file_id") + "/content")
            .body();
    assertEquals(OUTPUT, content);
    assertEquals(USED, used());
    assertEquals(
        "306 32",
        scene.read("SELECT sum(input_tokens) || ' ' || sum(output_tokens) FROM ruche_ai.usage"));
  }

  @Test
  void isThereOnceThoughManyReadTheBatchAtTheSameTime() throws Exception {
    String batch = made();
    scene.provider().completeBatch(batch, OUTPUT);

    List<Callable<Integer>> readers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      String path = i % 2 == 0 ? "/v1/batches/" + batch : "/v1/batches";
      readers.add(() -> scene.ask(ANNA, "GET", path).statusCode());
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<Integer> each : threads.invokeAll(readers)) {
        assertEquals(200, each.get(30, TimeUnit.SECONDS));
      }
    }

    awaitUsed();
  }

  /** As after a kill between the rows and the note that they are there. */
  @Test
  void isThereOnceThoughItIsReadAgain() throws Exception {
    String batch = made();
    scene.provider().completeBatch(batch, OUTPUT);
    TwoTenants.json(scene.ask(ANNA, "GET", "/v1/batches/" + batch));
    awaitUsed();

    scene.run("UPDATE ruche_ai.provider_object SET counted = NULL");
    TwoTenants.json(scene.ask(ANNA, "GET", "/v1/batches/" + batch));
    assertEquals(2, reads());
    // A row that comes after them tells that they have been dealt with.
    made();

    await()
        .atMost(TwoTenants.BOUND)
        .until(
            () ->
                scene
                    .read("SELECT count(*)::text FROM ruche_ai.request WHERE model = 'batch'")
                    .equals("2"));
    assertEquals(USED, used());
    assertEquals(
        "301", scene.read("SELECT sum(input_tokens)::text FROM ruche_ai.usage WHERE model = 'm'"));
  }

  @Test
  void isWrittenDownBeforeAnybodyHasTheOutput() throws Exception {
    String batch = made();
    scene.provider().completeBatch(batch, OUTPUT);
    scene.provider().next("delay=1", "status=500");

    HttpResponse<String> refused = scene.ask(ANNA, "GET", "/v1/batches/" + batch);

    assertEquals(502, refused.statusCode(), refused.body());
    assertEquals(
        "1",
        scene.read("SELECT count(*)::text FROM ruche_ai.provider_object WHERE kind = 'file'"),
        "the input alone");
    TwoTenants.json(scene.ask(ANNA, "GET", "/v1/batches/" + batch));
    awaitUsed();
  }

  @Test
  void doesNotHinderABatchWhoseOutputIsGone() throws Exception {
    String batch = made();
    scene.provider().completeBatch(batch, OUTPUT);
    scene.provider().next("delay=1", "status=404");

    JsonObject answer = TwoTenants.json(scene.ask(ANNA, "GET", "/v1/batches/" + batch));

    assertEquals("completed", answer.getString("status"));
    assertEquals(
        "true",
        scene.read(
            "SELECT (counted IS NOT NULL)::text FROM ruche_ai.provider_object"
                + " WHERE kind = 'batch'"));
    await()
        .atMost(TwoTenants.BOUND)
        .until(
            () ->
                "batch".equals(scene.read("SELECT string_agg(model, ' ') FROM ruche_ai.request")));
  }
}
