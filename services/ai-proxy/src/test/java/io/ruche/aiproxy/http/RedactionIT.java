package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RunningProxy;
import io.ruche.aiproxy.TestKeys;
import io.ruche.bus.Command;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a prompt reaches a provider, and comes back, over HTTP and as a command. */
final class RedactionIT extends GuardScene {

  @Test
  void personalDataNeverReachesTheProviderAndIsRestoredInAWholeAnswer() throws Exception {
    RunningProxy running = open(RESTORING);

    HttpResponse<String> answer = ask(body("sim:echo=3", PROMPT));

    assertEquals(REDACTED, promptOf(asked()));
    assertEquals("Echo: " + PROMPT, said(answer));
    assertEquals("4", answer.headers().firstValue("x-ruche-redacted").orElse(""));
    assertEquals(3, redactions(running, "email"));
    assertEquals(1, redactions(running, "phone"));
    assertEquals(0, redactions(running, "card"));
  }

  private static double redactions(RunningProxy running, String kind) {
    return running
        .registry()
        .get("ruche_ai_guard_redactions_total")
        .tag("kind", kind)
        .counter()
        .count();
  }

  @Test
  void anAnswerOfAnySizeIsRestored() throws Exception {
    open(RESTORING);
    String prompt = (PROMPT + " ").repeat(3_000);

    assertEquals("Echo: " + prompt, said(ask(body("sim:chunked", prompt))));
    assertEquals("Echo: " + prompt, said(ask(body("llama", prompt))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"echo=1", "echo=2", "echo=3", "echo=7", "echo=1000", "echo=3,odd", "echo=2,gap=1"})
  void aStreamIsRestoredHoweverItIsCut(String behaviour) throws Exception {
    open(RESTORING);

    HttpResponse<String> answer = ask(body("sim:" + behaviour, PROMPT).put("stream", true));

    StringBuilder text = new StringBuilder();
    for (JsonObject delta : deltas(answer)) {
      text.append(delta.getString("content", ""));
    }
    assertEquals("Echo: " + PROMPT, text.toString());
    assertEquals(REDACTED, promptOf(asked()));
    assertTrue(answer.body().endsWith("data: [DONE]\n\n"), answer.body());
    assertEquals("4", answer.headers().firstValue("x-ruche-redacted").orElse(""));
  }

  @ParameterizedTest
  @CsvSource({"echo=1,true", "echo=5,true", "echo=5,false"})
  void theArgumentsOfToolCallsAreRestored(String behaviour, boolean stream) throws Exception {
    open(RESTORING);
    JsonObject tool =
        new JsonObject()
            .put("type", "function")
            .put("function", new JsonObject().put("name", "send"));

    HttpResponse<String> answer =
        ask(
            body("sim:" + behaviour, PROMPT)
                .put("stream", stream)
                .put("tools", new JsonArray().add(tool)));

    List<JsonObject> messages =
        stream
            ? deltas(answer)
            : List.of(
                new JsonObject(answer.body())
                    .getJsonArray("choices")
                    .getJsonObject(0)
                    .getJsonObject("message"));
    StringBuilder arguments = new StringBuilder();
    for (JsonObject message : messages) {
      for (Object call : message.getJsonArray("tool_calls", new JsonArray())) {
        arguments.append(((JsonObject) call).getJsonObject("function").getString("arguments"));
      }
    }
    assertEquals(PROMPT, new JsonObject(arguments.toString()).getString("echo"));
  }

  private static List<JsonObject> deltas(HttpResponse<String> answer) {
    return answer
        .body()
        .lines()
        .filter(line -> line.startsWith("data: {"))
        .map(line -> new JsonObject(line.substring(6)).getJsonArray("choices"))
        .filter(choices -> !choices.isEmpty())
        .map(choices -> choices.getJsonObject(0).getJsonObject("delta"))
        .toList();
  }

  @Test
  void withoutRestoreThePlaceholdersStay() throws Exception {
    open("guard: {redact: [email, phone]}\n");

    assertEquals("Echo: " + REDACTED, said(ask(body("sim:echo=3", PROMPT))));
  }

  @Test
  void everySectionThatAppliesRedactsAndOneIsEnoughNotToRestore() throws Exception {
    open(
        """
        guard:
          restore: true
          routes: {"other/*": {redact: [phone]}}
          tenants:
            koff:
              redact: [email]
              keys: {logger: {restore: false}}
        """);
    String emails =
        "Mail [EMAIL_1] or [EMAIL_2], call 06 12 34 56 78, [EMAIL_1]! \u00e9\ud83d\udc1d";

    assertEquals("Echo: " + PROMPT, said(ask(body("llama", PROMPT))));
    assertEquals(emails, promptOf(asked()));
    ask(body("other/llama", PROMPT));
    assertEquals(REDACTED, promptOf(asked()));
    ask(body("mixed", PROMPT));
    assertEquals(REDACTED, promptOf(asked()), "the other provider may come to answer");
    key = TestKeys.named("koff", "logger");
    assertEquals("Echo: " + emails, said(ask(body("llama", PROMPT))));
    key = TestKeys.named("azoth", "app");
    ask(body("llama", PROMPT));
    assertEquals(PROMPT, promptOf(asked()));
  }

  @Test
  void aProvidersErrorIsRestoredAsWell() throws Exception {
    open(RESTORING);

    HttpResponse<String> answer = ask(body("sim:status=400", PROMPT));

    assertEquals(400, answer.statusCode());
    assertTrue(error(answer).containsKey("message"));
  }

  @Test
  void theCommandChatIsRedactedAndRestored() throws Exception {
    RunningProxy running = open(RESTORING);

    Outcome.Done done =
        assertInstanceOf(
            Outcome.Done.class,
            handle(running, new JsonObject().put("prompt", PROMPT).put("model", "llama")));

    assertEquals(REDACTED, promptOf(asked()));
    assertTrue(done.result().data().toString().contains("Echo: Mail a@b.fr or c@d.fr"));
  }

  @Test
  void theCommandChatIsDeadWhereItMayNotAsk() throws Exception {
    RunningProxy running =
        open("guard: {deny-models: [gemma], max-input-tokens: 100, max-output-tokens: 10}\n");

    assertEquals(
        "The model 'gemma' is not allowed: a client of this gateway may ask for every model but"
            + " gemma.",
        dead(running, new JsonObject().put("prompt", "Hi").put("model", "gemma")));
    JsonObject prompt = new JsonObject().put("prompt", "Hi").put("model", "llama");
    assertTrue(dead(running, prompt.copy().put("max_tokens", 11)).contains("10 output tokens"));
    assertTrue(dead(running, prompt.copy().put("prompt", "x".repeat(900))).contains("send less"));
    assertInstanceOf(Outcome.Done.class, handle(running, prompt));
    assertEquals(10, asked().getInteger("max_completion_tokens"));
  }

  private static String dead(RunningProxy running, JsonObject payload) throws Exception {
    return assertInstanceOf(Outcome.Dead.class, handle(running, payload)).reason();
  }

  private static Outcome handle(RunningProxy running, JsonObject payload) throws Exception {
    Envelope envelope =
        new Envelope(
            "1",
            "test",
            "chat",
            null,
            "2026-01-01T00:00:00Z",
            "local",
            "n8n",
            null,
            null,
            null,
            null,
            null,
            null,
            "ruche/local/cmd/n8n/ai-proxy/chat",
            Payload.json(payload.encode()));
    return running.service().chat().handle(new Command(envelope, 1));
  }
}
