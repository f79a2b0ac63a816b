package io.ruche.aiproxy.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.Form;
import io.ruche.aiproxy.RawClient;
import io.ruche.aiproxy.TestKeys;
import io.ruche.auth.limits.Access;
import io.ruche.auth.limits.Limits;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Files and batches, each tenant seeing its own only. */
final class ObjectsIT extends TwoTenants {

  @Test
  void passesAFileOnByteForByte() throws Exception {
    byte[] form = new Form().field("purpose", "batch").file("a.jsonl", Form.sound(3_000_000)).end();

    HttpResponse<String> answer = scene.upload(ANNA, form);

    JsonObject file = json(answer);
    assertEquals("second", answer.headers().firstValue("x-ruche-provider").orElse(""));
    assertEquals("a.jsonl", file.getString("filename"));
    assertEquals("batch", file.getString("purpose"));
    assertEquals(Form.digest(form), scene.provider().last().bodyDigest());
    assertEquals("Bearer gsk_simulated", scene.provider().last().header("authorization"));
    assertEquals("/openai/v1/files", scene.provider().last().uri());
  }

  @Test
  void showsATenantItsOwnFiles() throws Exception {
    String file = scene.file(ANNA, LINES);

    assertEquals(file, json(scene.ask(BERT, "GET", "/v1/files/" + file)).getString("id"));
    assertEquals(List.of(file), ids(json(scene.ask(BERT, "GET", "/v1/files"))));
    HttpResponse<String> content = scene.ask(BERT, "GET", "/v1/files/" + file + "/content");
    assertEquals(200, content.statusCode());
    assertEquals(LINES, content.body());
    assertEquals("attachment", content.headers().firstValue("content-disposition").orElse(""));
    assertTrue(json(scene.ask(ANNA, "DELETE", "/v1/files/" + file)).getBoolean("deleted"));
    assertEquals(List.of(), scene.provider().files());
    assertRefused(scene.ask(ANNA, "GET", "/v1/files/" + file), 404, "not_found");
    assertEquals(List.of(), ids(json(scene.ask(ANNA, "GET", "/v1/files"))));
  }

  @Test
  void tellsAnotherTenantThatThereIsNothing() throws Exception {
    String file = scene.file(ANNA, LINES);
    String batch = json(scene.batch(ANNA, file)).getString("id");
    long before = scene.provider().requests();

    assertRefused(scene.ask(EVE, "GET", "/v1/files/" + file), 404, "not_found");
    assertRefused(scene.ask(EVE, "GET", "/v1/files/" + file + "/content"), 404, "not_found");
    assertRefused(scene.ask(EVE, "DELETE", "/v1/files/" + file), 404, "not_found");
    assertRefused(scene.ask(EVE, "GET", "/v1/batches/" + batch), 404, "not_found");
    assertRefused(scene.ask(EVE, "POST", "/v1/batches/" + batch + "/cancel"), 404, "not_found");
    assertRefused(scene.batch(EVE, file), 404, "not_found");
    assertEquals(List.of(), ids(json(scene.ask(EVE, "GET", "/v1/files"))));
    assertEquals(List.of(), ids(json(scene.ask(EVE, "GET", "/v1/files?after=" + file))));
    assertEquals(List.of(), ids(json(scene.ask(EVE, "GET", "/v1/batches"))));
    // The provider never heard of any of it, and what is unknown is told alike.
    assertEquals(before, scene.provider().requests());
    assertEquals(
        scene.ask(EVE, "GET", "/v1/files/" + file).body().replace(file, "X"),
        scene.ask(EVE, "GET", "/v1/files/file_none").body().replace("file_none", "X"));
  }

  @Test
  void doesNotTakeAFileForABatchNorABatchForAFile() throws Exception {
    String file = scene.file(ANNA, LINES);
    String batch = json(scene.batch(ANNA, file)).getString("id");

    assertRefused(scene.ask(ANNA, "GET", "/v1/batches/" + file), 404, "not_found");
    assertRefused(scene.ask(ANNA, "DELETE", "/v1/files/" + batch), 404, "not_found");
    assertRefused(scene.batch(ANNA, batch), 404, "not_found");
  }

  @Test
  void runsABatchFromItsFileToItsOutput() throws Exception {
    String file = scene.file(ANNA, LINES);
    JsonObject made = json(scene.batch(ANNA, file));
    String batch = made.getString("id");
    assertEquals("validating", made.getString("status"));
    assertEquals(file, made.getString("input_file_id"));

    scene.provider().completeBatch(batch, "{\"answer\":42}\n");
    String output =
        json(scene.ask(BERT, "GET", "/v1/batches/" + batch)).getString("output_file_id");

    assertEquals(
        "{\"answer\":42}\n", scene.ask(BERT, "GET", "/v1/files/" + output + "/content").body());
    assertRefused(scene.ask(EVE, "GET", "/v1/files/" + output + "/content"), 404, "not_found");
    assertEquals(List.of(output, file), ids(json(scene.ask(ANNA, "GET", "/v1/files"))));
  }

  @Test
  void giveOutputFilesToTheTenantThatListsItsBatches() throws Exception {
    String batch = json(scene.batch(ANNA, scene.file(ANNA, LINES))).getString("id");
    scene.provider().completeBatch(batch, "{}\n");

    JsonObject list = json(scene.ask(ANNA, "GET", "/v1/batches"));

    assertEquals(List.of(batch), ids(list));
    String output = list.getJsonArray("data").getJsonObject(0).getString("output_file_id");
    assertEquals("{}\n", scene.ask(ANNA, "GET", "/v1/files/" + output + "/content").body());
  }

  @Test
  void cancelsABatch() throws Exception {
    String batch = json(scene.batch(ANNA, scene.file(ANNA, LINES))).getString("id");

    JsonObject answer = json(scene.ask(ANNA, "POST", "/v1/batches/" + batch + "/cancel"));

    assertEquals("cancelling", answer.getString("status"));
    assertEquals("cancelling", scene.provider().batch(batch));
  }

  @Test
  void listsInPages() throws Exception {
    List<String> newestFirst = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      newestFirst.add(0, scene.file(ANNA, LINES));
    }
    scene.file(EVE, LINES);

    JsonObject first = json(scene.ask(ANNA, "GET", "/v1/files"));
    JsonObject rest =
        json(scene.ask(ANNA, "GET", "/v1/files?limit=200&after=" + first.getString("last_id")));

    assertEquals(newestFirst.subList(0, 20), ids(first));
    assertTrue(first.getBoolean("has_more"));
    assertEquals(newestFirst.get(0), first.getString("first_id"));
    assertEquals(newestFirst.subList(20, 25), ids(rest));
    assertFalse(rest.getBoolean("has_more"));
    assertRefused(scene.ask(ANNA, "GET", "/v1/files?limit=0"), 400, "invalid_value");
    assertRefused(scene.ask(ANNA, "GET", "/v1/files?after=%2e%2e"), 400, "invalid_value");
  }

  @Test
  void leavesOutWhatTheProviderHasNotAnyMore() throws Exception {
    String kept = scene.file(ANNA, LINES);
    scene.run(
        "INSERT INTO ruche_ai.provider_object (provider, id, kind, tenant, client)"
            + " VALUES ('second', 'file_gone', 'file', 'koff', 'anna'),"
            + " ('left', 'file_elsewhere', 'file', 'koff', 'anna')");

    assertEquals(List.of(kept), ids(json(scene.ask(ANNA, "GET", "/v1/files"))));
    // The provider's own word.
    HttpResponse<String> gone = scene.ask(ANNA, "GET", "/v1/files/file_gone");
    assertRefused(gone, 404, "not_found");
    assertTrue(gone.body().contains("at the provider"), gone.body());
    assertRefused(scene.ask(ANNA, "GET", "/v1/files/file_elsewhere"), 503, "unavailable");
  }

  @Test
  void asksNobodyForWhatIsNoId() throws Exception {
    long before = scene.provider().requests();
    String[] hostile = {
      "..%2f..%2fmodels",
      "a%2fb",
      "%2e%2e",
      "a%00b",
      "a%0d%0aX:y",
      "%c3%a9",
      "a.b",
      "a%20b",
      "x".repeat(129),
      "%25"
    };

    for (String id : hostile) {
      for (String path : List.of("/v1/files/" + id, "/v1/batches/" + id)) {
        assertRefused(scene.ask(ANNA, "GET", path), 404, "not_found");
      }
      assertRefused(scene.ask(ANNA, "GET", "/v1/files/" + id + "/content"), 404, "not_found");
      assertRefused(scene.ask(ANNA, "DELETE", "/v1/files/" + id), 404, "not_found");
      assertRefused(scene.ask(ANNA, "POST", "/v1/batches/" + id + "/cancel"), 404, "not_found");
    }
    try (RawClient raw = new RawClient(scene.port())) {
      raw.write(
          "GET /v1/files/"
              + "x".repeat(10_240)
              + " HTTP/1.1\r\nHost: x\r\n"
              + "Authorization: Bearer koff.anna\r\nConnection: close\r\n\r\n");
      String answer = raw.readToEnd();
      assertTrue(answer.matches("(?s)HTTP/1\\.[01] 414 .*"), answer);
    }
    for (String id : List.of("", "../models", "x".repeat(10_240), "a\\u0000b")) {
      assertRefused(scene.post(ANNA, "/v1/batches", input(id)), 404, "not_found");
    }
    assertEquals(before, scene.provider().requests());
  }

  private static String input(String id) {
    return "{\"input_file_id\":\"" + id + "\",\"endpoint\":\"/v1/chat/completions\"}";
  }

  @Test
  void letsNoSecondInputThrough() throws Exception {
    String hers = scene.file(ANNA, LINES);
    String his = scene.file(EVE, LINES);

    String twice = "{\"input_file_id\":\"%s\",\"input_file_id\":\"%s\"}";
    json(scene.post(EVE, "/v1/batches", twice.formatted(hers, his)));
    String sent = scene.provider().last().body().toString();
    assertEquals(his, new JsonObject(sent).getString("input_file_id"));
    assertFalse(sent.contains(hers), sent);
    assertRefused(scene.post(EVE, "/v1/batches", twice.formatted(his, hers)), 404, "not_found");
    JsonObject capital = new JsonObject().put("input_file_id", his).put("Input_File_Id", hers);
    assertRefused(scene.post(EVE, "/v1/batches", capital.encode()), 400, "invalid_value");
  }

  @Test
  void saysWhatIsWrongWithABatch() throws Exception {
    assertRefused(scene.post(ANNA, "/v1/batches", "[]"), 400, "invalid_json");
    assertRefused(scene.post(ANNA, "/v1/batches", "{"), 400, "invalid_json");
    assertRefused(scene.post(ANNA, "/v1/batches", ""), 400, "invalid_json");
    assertRefused(scene.post(ANNA, "/v1/batches", "{}"), 400, "missing_required_parameter");
    HttpResponse<String> number = scene.post(ANNA, "/v1/batches", "{\"input_file_id\":1}");
    assertRefused(number, 400, "missing_required_parameter");
    assertEquals(
        "input_file_id", new JsonObject(number.body()).getJsonObject("error").getString("param"));
  }

  @Test
  void refusesWhatNobodyWouldCheck() throws Exception {
    scene.know(
        TestKeys.reaching("koff", "few", new Access(List.of("openai/*"), List.of(), null, null)));
    scene.know(TestKeys.reaching("koff", "small", new Access(List.of(), List.of(), null, 100L)));
    scene.know(
        TestKeys.limited(
            "koff", "poor", new Limits(null, null, null, null, null, 1_000_000_000L, null)));
    scene.know(
        TestKeys.limited("koff", "slow", new Limits(null, null, 1_000L, null, null, null, null)));
    String file = scene.file(ANNA, LINES);
    String batch = json(scene.batch(ANNA, file)).getString("id");
    byte[] form = new Form().field("purpose", "batch").file("a", Form.sound(10)).end();

    for (String who : List.of("koff.few", "koff.small", "koff.poor", "koff.slow", "shy.any")) {
      assertRefused(scene.batch(who, file), 403, "batch_not_allowed");
      assertRefused(scene.upload(who, form), 403, "batch_not_allowed");
    }
    // What is there may be read and taken back.
    json(scene.ask("koff.few", "GET", "/v1/files/" + file));
    json(scene.ask("koff.poor", "POST", "/v1/batches/" + batch + "/cancel"));
    assertEquals(List.of(file), scene.provider().files());
  }

  @Test
  void takesEachCallFromTheKeysRequestsAndReadsOnAfterARefusal() throws Exception {
    scene.know(TestKeys.limited("koff", "once", Limits.ofRpm(1)));
    HttpResponse<String> first = scene.ask("koff.once", "GET", "/v1/files");
    assertEquals(200, first.statusCode(), first.body());
    assertEquals("0", first.headers().firstValue("x-ratelimit-remaining-requests").orElse(""));

    String body = "x".repeat(500_000);
    String head = " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer koff.once\r\n";
    String form = "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 500000\r\n\r\n";
    try (RawClient raw = new RawClient(scene.port())) {
      raw.write("POST /v1/files" + head + form + body);
      assertTrue(raw.readUntil("rate_limit_exceeded").startsWith("HTTP/1.1 429"));
      raw.write("GET /v1/files" + head + "Connection: close\r\n\r\n");
      assertTrue(raw.readToEnd().contains("HTTP/1.1 429"));
    }
    assertEquals(0, scene.provider().requests());
  }

  @Test
  void writesARowForEachBatch() throws Exception {
    String file = scene.file(ANNA, LINES);
    json(scene.batch(ANNA, file));
    scene.provider().next("status=400");
    assertEquals(400, scene.batch(ANNA, file).statusCode());

    await()
        .atMost(BOUND)
        .until(
            () ->
                scene
                    .read(
                        "SELECT string_agg(operation || ' ' || client || ' ' || outcome || ' '"
                            + " || usage_source || ' ' || cost_nano, ', ' ORDER BY id)"
                            + " FROM ruche_ai.request")
                    .equals("batch anna ok none 0, batch anna refused_by_provider none 0"));
  }

  @Test
  void givesTheProvidersOwnErrors() throws Exception {
    String file = scene.file(ANNA, LINES);
    scene.provider().next("status=429,retry-after=7");
    HttpResponse<String> busy = scene.ask(ANNA, "GET", "/v1/files/" + file);
    assertEquals(429, busy.statusCode());
    assertEquals("7", busy.headers().firstValue("retry-after").orElse(""));
    scene.provider().next("status=502,body=html");
    assertRefused(scene.ask(ANNA, "GET", "/v1/files/" + file), 502, "upstream_invalid_reply");
    scene.provider().next("body=garbage");
    assertRefused(scene.ask(ANNA, "GET", "/v1/files/" + file), 502, "upstream_invalid_reply");
    scene.provider().next("status=500");
    assertRefused(scene.ask(ANNA, "GET", "/v1/files"), 502, "upstream_invalid_reply");
  }

  @Test
  void makesNothingWithoutTheDatabase() throws Exception {
    String file = scene.file(ANNA, LINES);
    String batch = json(scene.batch(ANNA, file)).getString("id");
    long before = scene.provider().requests();
    byte[] form = new Form().field("purpose", "batch").file("a", Form.sound(3_000_000)).end();

    scene.withoutDatabase();

    assertRefused(scene.upload(ANNA, form), 503, "unavailable");
    assertRefused(scene.batch(ANNA, file), 503, "unavailable");
    assertRefused(scene.ask(ANNA, "GET", "/v1/files"), 503, "unavailable");
    assertRefused(scene.ask(ANNA, "GET", "/v1/files/" + file), 503, "unavailable");
    assertRefused(scene.ask(ANNA, "GET", "/v1/files/" + file + "/content"), 503, "unavailable");
    assertRefused(scene.ask(ANNA, "DELETE", "/v1/files/" + file), 503, "unavailable");
    assertRefused(scene.ask(ANNA, "GET", "/v1/batches/" + batch), 503, "unavailable");
    assertEquals(before, scene.provider().requests());
  }

  @Test
  void takesBackWhatCannotBeWrittenDown() throws Exception {
    String file = scene.file(ANNA, LINES);
    scene.run(
        "ALTER TABLE ruche_ai.provider_object ADD CONSTRAINT nothing_more CHECK (id = '"
            + file
            + "')");
    byte[] form = new Form().field("purpose", "batch").file("a", Form.sound(10)).end();

    assertRefused(scene.upload(ANNA, form), 503, "unavailable");
    assertEquals(List.of(file), scene.provider().files());
    assertEquals("DELETE", scene.provider().last().method());
    assertRefused(scene.batch(ANNA, file), 503, "unavailable");
    assertTrue(scene.provider().last().uri().endsWith("/cancel"));

    // It stays there when that fails too, and still nobody sees it.
    scene.provider().next("delay=1", "status=500");
    assertRefused(scene.upload(ANNA, form), 503, "unavailable");
    Set<String> left = new HashSet<>(scene.provider().files());
    left.remove(file);
    assertEquals(1, left.size());
    String orphan = left.iterator().next();
    assertRefused(scene.ask(ANNA, "GET", "/v1/files/" + orphan), 404, "not_found");
    assertRefused(scene.ask(EVE, "GET", "/v1/files/" + orphan), 404, "not_found");
    assertEquals(List.of(file), ids(json(scene.ask(ANNA, "GET", "/v1/files"))));
  }
}
