package io.ruche.aiproxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.TestKeys;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which models and how many tokens a key may ask for, over HTTP. */
final class AccessIT extends GuardScene {

  @Test
  void aRequestWithoutAGuardGoesOutByteForByte() throws Exception {
    open("");

    HttpResponse<String> answer = ask(body("llama", PROMPT));

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(Buffer.buffer(body("llama", PROMPT).encode()), provider().last().body());
    assertTrue(answer.headers().firstValue("x-ruche-redacted").isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // allowed, denied, asked, whether it may
        "llama,-,llama,true",
        "llama,-,groq/llama,true",
        "groq/llama,-,llama,true",
        "ll*,-,llama,true",
        "*a,-,llama,true",
        "groq/*,-,llama,true",
        "gpt-*,-,llama,false",
        "LLAMA,-,llama,false",
        "-,llama,llama,false",
        "-,llama,groq/llama,false",
        "-,LLama,llama,false",
        "-,llama,groq/LLAMA,false",
        "-,GROQ/*,llama,false",
        "-,fast,llama:latest,true",
        "-,llama,llama:latest,true",
        "-,groq/*,llama,false",
        "*,llama,llama,false",
        "-,gpt-*,llama,true",
        "fast,-,fast,true",
        "fast,-,llama,false",
        "llama,-,fast,true",
        "groq/*,-,fast,true",
        "-,groq/*,fast,false",
        "fast,llama,fast,false",
        "mixed,-,mixed,true",
        "groq/*,-,mixed,false",
        "groq/* other/*,-,mixed,true",
        "-,other/*,mixed,false",
        "llama,-,other/llama,false",
        "-,llama,other/llama,false",
        "-,fast,llama,true"
      })
  void aKeyMayAskForWhatItsListsName(
      @Nullable String allowed, @Nullable String denied, String model, boolean may)
      throws Exception {
    may(
        allowed == null ? List.of() : List.of(allowed.split(" ")),
        denied == null ? List.of() : List.of(denied),
        null,
        null);
    open("");

    HttpResponse<String> answer = ask(body(model, "Hi"));

    assertEquals(may ? 200 : 403, answer.statusCode(), answer.body());
    assertEquals(may ? 1 : 0, provider().requests());
  }

  @ParameterizedTest
  @CsvSource({
    // denied, asked, whether it may
    "llama3, ollama/llama3, false",
    "llama3, ollama/llama3:latest, false",
    "llama3, ollama/library/llama3, false",
    "ollama/llama3, ollama/LIBRARY/Llama3:Latest, false",
    "llama3, ollama/registry.ollama.ai/library/llama3, false",
    "llama3, ollama/https://registry.ollama.ai/library/llama3:latest, false",
    "llama3:latest, ollama/llama3, false",
    "ollama/library/llama3:latest, ollama/llama3, false",
    "library/llama3, ollama/llama3:latest, false",
    "ollama/me/llama3, ollama/me/llama3:latest, false",
    "llama3, ollama/me/llama3, true",
    "llama3, ollama/llama3:8b, true",
    "llama3:8b, ollama/llama3, true",
    "llama3:8b, ollama/library/llama3:8B, false"
  })
  void ollamasNamesOfOneModelAreDeniedTogether(String denied, String model, boolean may)
      throws Exception {
    may(List.of(), List.of(denied), null, null);
    open("");

    HttpResponse<String> answer = ask(body(model, "Hi"));

    assertEquals(may, answer.statusCode() != 403, answer.body());
    assertEquals(may ? 1 : 0, provider().requests());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"Model\":\"huge\"          | Model | model",
        "\"mode\\u004c\":\"huge\"    | modeL | model",
        "\"Max_Tokens\":5000        | Max_Tokens | max_tokens",
        "\"max_to\u212aens\":5000   | max_to\u212aens | max_tokens",
        "\"me\u017f\u017fages\":[]     | me\u017f\u017fages | messages",
        "\"Messages\":[]            | Messages | messages",
        "\"N\":7                    | N | n"
      })
  void aNameThatAProviderMayTakeForOneThatIsReadIsRefused(String field, String given, String right)
      throws Exception {
    open("");
    String body = body("ollama/small", "Hi").encode().replaceFirst("}$", ",");

    HttpResponse<String> answer =
        send(
            to("/v1/chat/completions")
                .POST(HttpRequest.BodyPublishers.ofString(body + field + "}")));

    assertEquals(400, answer.statusCode(), answer.body());
    assertEquals("unknown_parameter", error(answer).getString("code"));
    assertEquals(given, error(answer).getString("param"));
    String message = error(answer).getString("message");
    assertTrue(message.startsWith(given + " must be spelled " + right + ":"), message);
    assertEquals(0, provider().requests());
  }

  @Test
  void aRefusalOfAModelNamesItAndWhatIsAllowed() throws Exception {
    may(List.of("openai/*", "fast"), List.of("*-preview"), null, null);
    open("");

    HttpResponse<String> answer = ask(body("llama", "Hi"));

    assertEquals(403, answer.statusCode());
    assertEquals("model_not_allowed", error(answer).getString("code"));
    assertEquals("permission_error", error(answer).getString("type"));
    assertEquals("model", error(answer).getString("param"));
    assertEquals(
        "The model 'llama' is not allowed: the API key 'app' may ask for openai/*, fast, but not"
            + " *-preview.",
        error(answer).getString("message"));
  }

  @Test
  void tenantsAndTheGatewayRestrictWhatTheirKeysMay() throws Exception {
    may(List.of("llama", "fast", "gemma", "qwen"), List.of(), null, 500L);
    open(
        """
        guard:
          deny-models: [gemma]
          tenants: {koff: {deny-models: [qwen], max-output-tokens: 100, max-input-tokens: 1000}}
        """);

    assertEquals(200, ask(body("llama", "Hi")).statusCode());
    assertEquals(100, asked().getInteger("max_completion_tokens"));
    assertTrue(
        error(ask(body("gemma", "Hi"))).getString("message").contains("a client of this gateway"));
    assertTrue(error(ask(body("qwen", "Hi"))).getString("message").contains("the tenant 'koff'"));
    assertEquals(400, ask(body("llama", "x".repeat(4_000))).statusCode());
    key = TestKeys.named("azoth", "app");
    assertEquals(200, ask(body("qwen", "x".repeat(4_000))).statusCode());
    assertFalse(asked().containsKey("max_completion_tokens"));
  }

  @Test
  void theListOfModelsHasOnlyWhatAKeyMayAskFor() throws Exception {
    open("");
    List<String> all = listed();
    assertTrue(all.containsAll(List.of("fast", "mixed", "llama-3.3-70b-versatile")), "" + all);

    may(List.of("fast", "llama-*"), List.of(), null, null);
    assertEquals(
        all.stream().filter(id -> id.equals("fast") || id.startsWith("llama-")).toList(), listed());
    assertEquals(200, send(to("/v1/models/fast")).statusCode());
    assertEquals(403, send(to("/v1/models/mixed")).statusCode());
    assertEquals(403, send(to("/v1/models/openai/gpt-oss-20b")).statusCode());

    may(List.of(), List.of("groq/*"), null, null);
    assertEquals(List.of(), listed());
  }

  private List<String> listed() throws Exception {
    return new JsonObject(send(to("/v1/models")).body())
        .getJsonArray("data").stream().map(model -> ((JsonObject) model).getString("id")).toList();
  }

  @Test
  void tooMuchInputIsRefusedWithTheFigures() throws Exception {
    may(List.of(), List.of(), 100L, null);
    open("");

    HttpResponse<String> answer = ask(body("llama", "x".repeat(900)));

    assertEquals(400, answer.statusCode());
    assertEquals("context_length_exceeded", error(answer).getString("code"));
    String message = error(answer).getString("message");
    assertTrue(message.contains("about 319 tokens"), message);
    assertTrue(message.contains("the API key 'app' may send 100"), message);
    assertEquals(200, ask(body("llama", "Hi")).statusCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "\"max_tokens\":100              | -",
        "\"max_completion_tokens\":100   | -",
        "\"max_tokens\":1,\"n\":3        | -",
        "\"max_tokens\":101              | max_tokens asks for 101 output tokens",
        "\"max_completion_tokens\":101   | max_completion_tokens asks for 101 output tokens",
        "\"max_tokens\":5,\"max_completion_tokens\":101 | max_completion_tokens asks for 101",
        "\"max_tokens\":50,\"n\":3       | max_tokens asks for 50 output tokens for each of 3",
        "\"n\":101                       | n asks for 101 choices",
        "\"max_tokens\":9999999999999    | max_tokens asks for",
        "\"max_tokens\":-1               | max_tokens must be a whole number",
        "\"max_tokens\":0                | max_tokens must be a whole number",
        "\"max_tokens\":1e2              | max_tokens must be a whole number",
        "\"max_tokens\":\"100\"          | max_tokens must be a whole number",
        "\"max_tokens\":[1]              | max_tokens must be a whole number",
        "\"n\":2.0                       | n must be a whole number"
      })
  void tooMuchOutputIsRefusedAndLessGoesOutAsItCame(String fields, @Nullable String refusal)
      throws Exception {
    may(List.of(), List.of(), null, 100L);
    open("");
    String body = body("llama", "Hi").encode().replaceFirst("\\{", "{" + fields + ",");

    HttpResponse<String> answer =
        send(to("/v1/chat/completions").POST(HttpRequest.BodyPublishers.ofString(body)));

    if (refusal == null) {
      assertEquals(body, provider().last().body().toString());
    } else {
      assertEquals(400, answer.statusCode(), answer.body());
      assertTrue(error(answer).getString("message").startsWith(refusal), answer.body());
      assertEquals(0, provider().requests());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "other/llama | \"max_output_tokens\":1                          | \"max_tokens\":1",
        "other/llama | \"max_completion_tokens\":1                      | \"max_tokens\":1",
        "other/llama | \"max_completion_tokens\":1,\"n\":3              | \"max_tokens\":1",
        "other/llama | \"max_completion_tokens\":null                   | \"max_tokens\":100",
        "other/llama | \"max_completion_tokens\":1,\"max_tokens\":7     | -",
        "mixed       | \"max_completion_tokens\":1                      | \"max_tokens\":1",
        "llama       | \"max_output_tokens\":1                          |"
            + " \"max_completion_tokens\":1",
        "llama       | \"max_completion_tokens\":1                      | -"
      })
  void aMaximumThatSomeTargetDoesNotReadIsWrittenWhereItDoes(
      String model, String fields, @Nullable String written) throws Exception {
    may(List.of(), List.of(), null, 100L);
    open("");
    String rest = fields + "," + body(model, "Hi").encode().substring(1);

    send(to("/v1/chat/completions").POST(HttpRequest.BodyPublishers.ofString("{" + rest)));

    JsonObject expected = new JsonObject("{" + (written == null ? "" : written + ",") + rest);
    assertEquals(expected.put("model", "llama"), asked());
  }

  @Test
  void aResponseIsHeldByTheFieldThatResponsesHave() throws Exception {
    may(List.of(), List.of(), null, 100L);
    open("");
    String body = "{\"model\":\"llama\",\"input\":\"Hi\",\"max_tokens\":5";

    send(to("/v1/responses").POST(HttpRequest.BodyPublishers.ofString(body + "}")));
    assertEquals(5, asked().getInteger("max_output_tokens"));
    send(
        to("/v1/responses")
            .POST(HttpRequest.BodyPublishers.ofString(body + ",\"max_output_tokens\":null}")));
    assertEquals(5, asked().getInteger("max_output_tokens"));
  }

  @Test
  void aMaximumThatIsTakenBackIsRefused() throws Exception {
    may(List.of(), List.of(), null, 100L);
    open("");
    String body =
        "{\"max_tokens\":5,\"max_tokens\":null," + body("llama", "Hi").encode().substring(1);

    HttpResponse<String> answer =
        send(to("/v1/chat/completions").POST(HttpRequest.BodyPublishers.ofString(body)));

    assertEquals("duplicate_parameter", error(answer).getString("code"));
    assertEquals(0, provider().requests());
  }

  @Test
  void aRequestThatNamesNoMaximumGetsTheKeys() throws Exception {
    may(List.of(), List.of(), null, 100L);
    open("");

    ask(body("llama", "Hi"));
    assertEquals(
        "{\"max_completion_tokens\":100," + body("llama", "Hi").encode().substring(1),
        provider().last().body().toString());
    ask(body("mixed", "Hi"));
    assertEquals(100, asked().getInteger("max_tokens"), "what every target understands");
    ask(body("llama", "Hi").put("n", 1).putNull("max_tokens"));
    assertEquals(100, asked().getInteger("max_tokens"));
    assertFalse(asked().containsKey("max_completion_tokens"));
  }
}
