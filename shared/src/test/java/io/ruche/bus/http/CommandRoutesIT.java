package io.ruche.bus.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.Scope;
import io.ruche.testing.NeedsMosquitto;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NeedsMosquitto
class CommandRoutesIT {

  private static final String JSON = "application/json";

  private static RunningCommands echo;
  private static String key;
  private static String foreign;

  @BeforeAll
  static void start() throws Exception {
    echo = new RunningCommands();
    key = echo.key("koff", "n8n", Scope.AI);
    foreign = echo.key("azoth", "n8n", Scope.AI);
  }

  @AfterAll
  static void stop() throws Exception {
    echo.close();
  }

  private static HttpResponse<String> say(String body, String... headers) throws Exception {
    return echo.post(key, "say", body, headers);
  }

  private static JsonObject ended(String id) {
    return await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> new JsonObject(echo.get(key, "/v1/commands/" + id).body()),
            job -> Set.of("done", "failed", "expired").contains(job.getString("state")));
  }

  private static void assertProblem(int status, String code, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals(
        "application/problem+json", answer.headers().firstValue("Content-Type").orElse(""));
    assertEquals(code, new JsonObject(answer.body()).getString("code"), answer.body());
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  @Test
  void answersWithAReceiptAndAPlaceToAsk() throws Exception {
    HttpResponse<String> answer =
        say("{\"text\":\"salut\"}", "Content-Type", JSON, "Idempotency-Key", "r-1");
    assertEquals(202, answer.statusCode());
    assertEquals(JSON, header(answer, "Content-Type"));
    JsonObject receipt = new JsonObject(answer.body());
    assertEquals(Set.of("id", "stream", "entry"), receipt.fieldNames());
    assertEquals("r-1", receipt.getString("id"));
    assertEquals("{koff}:cmd:echo:say", receipt.getString("stream"));
    assertEquals("/v1/commands/r-1", header(answer, "Location"));
    JsonObject job = ended("r-1");
    assertEquals("done", job.getString("state"));
    assertEquals("say", job.getString("command"));
    assertEquals(1, job.getInteger("attempts"));
    assertEquals(receipt.getString("entry"), job.getString("entry"));
    assertEquals("salut", job.getJsonObject("result").getString("text"));
  }

  @Test
  void mintsAnIdWhereNoneIsGiven() throws Exception {
    HttpResponse<String> answer = say("{\"text\":1}");
    assertEquals(202, answer.statusCode());
    assertEquals(26, new JsonObject(answer.body()).getString("id").length());
  }

  @Test
  void waitsForTheResultWhenAsked() throws Exception {
    HttpResponse<String> answer =
        say("{\"text\":\"w\"}", "Idempotency-Key", "w-1", "Prefer", "respond-async, wait=20");
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("wait=20", header(answer, "Preference-Applied"));
    JsonObject job = new JsonObject(answer.body());
    assertEquals("done", job.getString("state"));
    assertEquals("w", job.getJsonObject("result").getString("text"));
  }

  @Test
  void waitsAlsoForTheVeryFirstCommandOfATenant() throws Exception {
    String fresh = echo.key("maximus", "n8n", Scope.AI);
    HttpResponse<String> answer = echo.post(fresh, "say", "1", "Prefer", "wait=20");
    assertEquals(200, answer.statusCode(), answer.body());
  }

  @Test
  void answersWithTheReceiptWhenTheWaitIsOver() throws Exception {
    HttpResponse<String> answer =
        echo.post(key, "slow", "{}", "Idempotency-Key", "w-2", "Prefer", "wait=1");
    assertEquals(202, answer.statusCode());
    assertEquals("w-2", new JsonObject(answer.body()).getString("id"));
    JsonObject job = new JsonObject(echo.get(key, "/v1/commands/w-2").body());
    assertEquals("running", job.getString("state"));
    assertEquals(1, job.getInteger("attempts"));
    assertFalse(job.containsKey("result"));
  }

  @Test
  void refusesAWaitThatItDoesNotUnderstand() throws Exception {
    assertProblem(422, "bad_envelope", say("{}", "Prefer", "wait=soon"));
    assertEquals(202, say("{}", "Prefer", "wait=-5").statusCode());
    assertEquals(202, say("{}", "Prefer", "return=minimal").statusCode());
  }

  @Test
  void doesTheSameCommandOnce() throws Exception {
    String first = say("{\"n\":1}", "Idempotency-Key", "i-1").body();
    assertEquals(first, say("{\"n\":1}", "Idempotency-Key", "i-1").body());
    assertEquals(first, say("{\"n\":1,\"ruche\":{\"id\":\"i-1\"}}").body());
    assertEquals(first, say("{\"n\":1}", "ce-id", "i-1").body());
    ended("i-1");
    HttpResponse<String> later = say("{\"n\":1}", "Idempotency-Key", "i-1", "Prefer", "wait=5");
    assertEquals("done", new JsonObject(later.body()).getString("state"));
    assertEquals(1, Collections.frequency(echo.handled, "i-1"));
  }

  @Test
  void refusesTheSameIdWithAnotherBody() throws Exception {
    String first = say("{\"n\":1}", "Idempotency-Key", "c-1").body();
    HttpResponse<String> answer = say("{\"n\":2}", "Idempotency-Key", "c-1");
    assertProblem(409, "id_with_other_body", answer);
    assertTrue(answer.body().contains(new JsonObject(first).getString("entry")), answer.body());
    assertEquals(1, ended("c-1").getJsonObject("result").getInteger("n"));
  }

  @Test
  void takesAQuotedIdempotencyKeyForTheOneWithin() throws Exception {
    String first = say("{\"n\":1}", "Idempotency-Key", "\"q-1\"").body();
    assertEquals("q-1", new JsonObject(first).getString("id"));
    assertEquals(first, say("{\"n\":1}", "Idempotency-Key", "q-1").body());
  }

  @Test
  void letsTheIdempotencyKeyWinOverOtherIds() throws Exception {
    HttpResponse<String> answer =
        say(
            "{\"ruche\":{\"id\":\"inside\"}}",
            "Idempotency-Key",
            "outside",
            "ce-id",
            "beside",
            "ce-key",
            "k");
    assertEquals("outside", new JsonObject(answer.body()).getString("id"));
  }

  @Test
  void readsCloudEventsInBinaryMode() throws Exception {
    HttpResponse<String> answer =
        say(
            "{\"ruche\":{\"id\":\"stays\"}}",
            "ce-specversion",
            "1.0",
            "CE-Id",
            "b-1",
            "ce-source",
            "/crm",
            "Content-Type",
            JSON);
    assertEquals("b-1", new JsonObject(answer.body()).getString("id"), answer.body());
    assertEquals(
        "stays", ended("b-1").getJsonObject("result").getJsonObject("ruche").getString("id"));
  }

  @Test
  void readsCloudEventsInStructuredMode() throws Exception {
    HttpResponse<String> answer =
        say(
            "{\"specversion\":\"1.0\",\"id\":\"s-1\",\"type\":\"x\",\"source\":\"/\","
                + "\"data\":{\"n\":[1, 2]}}",
            "Content-Type",
            "application/cloudevents+json");
    assertEquals("s-1", new JsonObject(answer.body()).getString("id"), answer.body());
    assertEquals("{\"n\":[1,2]}", ended("s-1").getJsonObject("result").encode());
  }

  @Test
  void liftsTheReservedObjectOut() throws Exception {
    say("{\"n\":1,\"ruche\":{\"id\":\"p-1\",\"correlationId\":\"c\"}}", "Content-Type", JSON);
    assertEquals("{\"n\":1}", ended("p-1").getJsonObject("result").encode());
  }

  @Test
  void carriesBytesAndTellsTheirType() throws Exception {
    echo.post(key, "draw", "a cat", "Idempotency-Key", "d-1", "Content-Type", "text/plain");
    JsonObject job = ended("d-1");
    assertEquals("image/png", job.getString("result_type"));
    byte[] bytes = Base64.getDecoder().decode(job.getString("result_base64"));
    assertEquals("[-1, -2, -3, -4]", java.util.Arrays.toString(bytes));
  }

  @Test
  void takesAnEmptyBody() throws Exception {
    assertEquals(202, say("", "Idempotency-Key", "e-1").statusCode());
    JsonObject job = ended("e-1");
    assertEquals("done", job.getString("state"));
    assertEquals("", job.getString("result_base64"));
  }

  @Test
  void tellsWhyACommandHasFailed() throws Exception {
    echo.post(key, "fail", "{}", "Idempotency-Key", "f-1");
    JsonObject job = ended("f-1");
    assertEquals("failed", job.getString("state"));
    assertEquals("it never works", job.getString("reason"));
    assertEquals("failed", job.getJsonObject("result").getJsonObject("error").getString("code"));
  }

  @Test
  void dropsAnExpiredCommand() throws Exception {
    HttpResponse<String> answer =
        say("{}", "Idempotency-Key", "x-1", "ce-expires", Instant.now().minusSeconds(9).toString());
    assertEquals(202, answer.statusCode());
    assertEquals("expired", ended("x-1").getString("state"));
    assertFalse(echo.handled.contains("x-1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {} | Idempotency-Key | a b | 422 | bad_id
          {} | Idempotency-Key | "" | 422 | bad_id
          {} | Idempotency-Key | "a | 422 | bad_id
          {} | Idempotency-Key | `` | 422 | bad_id
          {} | ce-id | a/b | 422 | bad_id
          {} | ce-specversion | 0.3 | 422 | bad_envelope
          {} | ce-expires | tomorrow | 422 | bad_envelope
          {} | ce-replyto | ruche/azoth/reply/n8n/c | 403 | foreign_reply_topic
          {"ruche":5} | Content-Type | application/json | 422 | bad_envelope
          {"ruche":{"id":5}} | Content-Type | application/json | 422 | bad_envelope
          {"ruche":{"x":"y"}} | Content-Type | application/json | 422 | bad_envelope
          {"ruche":{"id":"x"}} {} | Content-Type | application/json | 422 | bad_envelope
          {"text": | Content-Type | application/json | 422 | bad_envelope
          a=b | Content-Type | Application/X-WWW-Form-Urlencoded | 415 | unsupported_media_type
          """)
  void refusesWhatCannotBeACommand(
      String body, String header, String value, int status, String code) throws Exception {
    assertProblem(status, code, say(body, header, value == null ? "" : value));
  }

  @Test
  void namesTheCommandsThatThereAre() throws Exception {
    HttpResponse<String> answer = echo.post(key, "sing", "{}");
    assertProblem(404, "unknown_command", answer);
    assertTrue(answer.body().contains("[draw, fail, say, slow]"), answer.body());
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    String largest = "x".repeat(RunningCommands.MAX_BODY);
    assertEquals(202, say(largest).statusCode());
    HttpResponse<String> answer = say(largest + "x");
    assertEquals(413, answer.statusCode());
    assertTrue(answer.body().contains("" + RunningCommands.MAX_BODY), answer.body());
  }

  @Test
  void showsACommandToItsOwnKeyOnly() throws Exception {
    say("{}", "Idempotency-Key", "o-1");
    String neighbour = echo.key("koff", "grafana", Scope.AI);
    assertEquals(200, echo.get(key, "/v1/commands/o-1").statusCode());
    assertProblem(404, "not_found", echo.get(foreign, "/v1/commands/o-1"));
    assertProblem(404, "not_found", echo.get(neighbour, "/v1/commands/o-1"));
    assertEquals(202, echo.post(foreign, "say", "{\"other\":1}", "ce-id", "o-1").statusCode());
  }

  @Test
  void findsACommandByItsKindWhenAsked() throws Exception {
    say("{}", "Idempotency-Key", "k-1");
    echo.post(key, "fail", "{}", "Idempotency-Key", "k-1");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                new JsonObject(echo.get(key, "/v1/commands/k-1?kind=say").body())
                    .getString("state"),
            "done"::equals);
    assertEquals(
        "fail",
        new JsonObject(echo.get(key, "/v1/commands/k-1?kind=fail").body()).getString("command"));
    assertProblem(404, "not_found", echo.get(key, "/v1/commands/k-1?kind=slow"));
    assertProblem(404, "not_found", echo.get(key, "/v1/commands/k-1?kind=sing"));
  }

  @Test
  void refusesAnUnknownOrImpossibleId() throws Exception {
    assertProblem(404, "not_found", echo.get(key, "/v1/commands/never"));
    assertEquals(400, echo.get(key, "/v1/commands/a%20b").statusCode());
    assertEquals(400, echo.get(key, "/v1/commands/" + "x".repeat(65)).statusCode());
  }

  @Test
  void needsAKeyWithTheScope() throws Exception {
    String other = echo.key("koff", "watcher", Scope.HEALTH);
    assertEquals(401, echo.post("", "say", "{}").statusCode());
    assertEquals(401, echo.get("", "/v1/commands/x").statusCode());
    assertEquals(403, echo.post(other, "say", "{}").statusCode());
    assertEquals(403, echo.get(other, "/v1/commands/x").statusCode());
  }
}
