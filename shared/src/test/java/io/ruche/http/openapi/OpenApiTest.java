package io.ruche.http.openapi;

import static io.ruche.http.RawConnection.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.http.HttpApi;
import io.ruche.http.RawConnection;
import io.ruche.http.RawConnection.Answer;
import io.ruche.http.Routes;
import io.ruche.http.RunningApi;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenApiTest {

  private final OpenApi contract = OpenApi.load("openapi/test.yaml");
  private RunningApi api;

  @BeforeEach
  void start() throws Exception {
    api = new RunningApi(this::addTo);
  }

  private void addTo(Routes routes) {
    routes
        .on(HttpMethod.GET, OpenApi.PATH, contract.document())
        .on(
            HttpMethod.POST,
            "/v1/chat",
            routes.body(),
            contract.guard(HttpMethod.POST, "/v1/chat"),
            ctx -> ctx.end(ctx.body().length() == 0 ? "raw" : "ok"))
        .on(
            HttpMethod.GET,
            "/v1/items/{id}",
            contract.guard(HttpMethod.GET, "/v1/items/{id}"),
            ctx -> ctx.end("ok"));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void servesTheContract() throws IOException {
    Answer answer = RawConnection.ask(api.port(), request("GET", "/openapi.yaml", ""));

    assertEquals("application/yaml", answer.header("content-type"));
    assertTrue(answer.body().startsWith("openapi: 3.1.0"));
  }

  @Test
  void acceptsWhatTheContractAllows() throws IOException {
    Answer answer =
        post(
            "{\"model\":\"m\",\"temperature\":null,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");

    assertEquals(200, answer.status(), answer.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]} | /model | is missing; expected string",
        "{\"model\":7,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]} | /model | is 7; expected string",
        "{\"model\":\"\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]} | /model | is \"\"; expected at least 1 characters",
        "{\"model\":\"m\",\"messages\":[]} | /messages | is an array of 0; expected at least 1 items",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"boss\",\"content\":\"a\"}]} | /messages/0/role"
            + " | is \"boss\"; expected one of \"user\", \"system\"",
        "{\"model\":\"m\",\"temperature\":3,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"
            + " | /temperature | is 3; expected at most 2",
        "{\"model\":\"m\",\"temperature\":\"hot\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"
            + " | /temperature | is \"hot\"; expected number or null",
        "{\"model\":\"m\",\"mesages\":1,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"
            + " | /mesages | is not known; known here are model, temperature, messages",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":4}]}]}"
            + " | /messages/0/content/0/text | is 4; expected string",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":5}]}"
            + " | /messages/0/content | is 5; expected exactly one shape: string or array",
        "[1] | body | is an array of 1; expected object",
        "null | body | is null; expected object",
        "\"{}\" | body | is \"{}\"; expected object"
      })
  void tellsWhereABodyIsWrongAndWhatIsExpected(String body, String where, String detail)
      throws IOException {
    Answer answer = post(body);

    assertEquals(422, answer.status(), answer.body());
    assertEquals(
        new JsonArray().add(new JsonObject().put("where", where).put("detail", detail)),
        new JsonObject(answer.body()).getJsonArray("errors"));
  }

  @Test
  void tellsEveryMissingMember() throws IOException {
    JsonObject problem = new JsonObject(post("{}").body());

    assertEquals(
        List.of("/model", "/messages"),
        problem.getJsonArray("errors").stream()
            .map(e -> ((JsonObject) e).getString("where"))
            .toList());
    assertEquals("/model is missing; expected string (and 1 more)", problem.getString("detail"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"model\": | line 1, column 10",
        "{\"a\" 1} | line 1, column 6",
        "{} {} | ",
        "nul | line 1"
      })
  void tellsWhereABodyIsNoJson(String body, String where) throws IOException {
    Answer answer = post(body);

    assertEquals(400, answer.status(), answer.body());
    assertTrue(answer.body().contains(where == null ? "" : where), answer.body());
  }

  @Test
  void refusesNestingWithoutAnEnd() throws IOException {
    Answer answer = post("[".repeat(100_000));

    assertEquals(400, answer.status());
  }

  @Test
  void survivesDeepNestingThatTheSchemaAllows() throws IOException {
    String deep = "{\"text\":\"a\",\"parts\":[".repeat(400) + "]}".repeat(400);

    Answer answer =
        post("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[" + deep + "]}]}");

    assertTrue(answer.status() == 200 || answer.status() == 422, answer.body());
  }

  @Test
  void asksForABodyThatIsMissing() throws IOException {
    Answer answer = post("");

    assertEquals(422, answer.status());
    assertTrue(answer.body().contains("body is missing; expected object"), answer.body());
  }

  @Test
  void refusesAContentTypeThatTheContractDoesNotName() throws IOException {
    Answer answer =
        RawConnection.ask(
            api.port(),
            request("POST", "/v1/chat", "Content-Type: text/plain\r\nContent-Length: 2\r\n")
                + "{}");

    assertEquals(415, answer.status());
    assertTrue(answer.body().contains("reads application/json, audio/mpeg"), answer.body());
  }

  @Test
  void leavesBytesThatTheContractNamesAlone() throws IOException {
    Answer answer =
        RawConnection.ask(
            api.port(),
            request("POST", "/v1/chat", "Content-Type: audio/mpeg\r\nContent-Length: 2\r\n")
                + "{}");

    assertEquals(200, answer.status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/items/1 | query order | is missing; expected one of \"asc\", \"desc\"",
        "/v1/items/1?order=up | query order | is \"up\"; expected one of \"asc\", \"desc\"",
        "/v1/items/x?order=asc | path id | is \"x\"; expected integer",
        "/v1/items/0?order=asc | path id | is 0; expected at least 1",
        "/v1/items/1?order=asc&order=asc | query order | is given 2 times; expected once"
      })
  void tellsWhichParameterIsWrong(String path, String where, String detail) throws IOException {
    Answer answer = RawConnection.ask(api.port(), request("GET", path, ""));

    assertEquals(422, answer.status(), answer.body());
    assertEquals(
        new JsonArray().add(new JsonObject().put("where", where).put("detail", detail)),
        new JsonObject(answer.body()).getJsonArray("errors"));
  }

  @Test
  void readsParametersAsTheTypesOfTheContract() throws IOException {
    String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
    String head = "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n";

    Answer good =
        RawConnection.ask(api.port(), request("POST", "/v1/chat?limit=100&tags=a,b", head) + body);
    Answer bad =
        RawConnection.ask(
            api.port(),
            request("POST", "/v1/chat?limit=101&tags=a,b,c", head + "Idempotency-Key: a b\r\n")
                + body);

    assertEquals(200, good.status(), good.body());
    assertEquals(3, new JsonObject(bad.body()).getJsonArray("errors").size(), bad.body());
  }

  @Test
  void findsTheDifferencesBetweenCodeAndContract() {
    Vertx vertx = Vertx.vertx();
    try {
      assertEquals(List.of(), contract.differences(HttpApi.endpoints(vertx, this::addTo)));
      assertEquals(
          List.of(
              "POST /v1/chat is in the contract and has no route",
              "GET /v1/items/{id} is in the contract and has no route",
              "GET /v1/more has a route and is not in the contract"),
          contract.differences(
              HttpApi.endpoints(
                  vertx, routes -> routes.on(HttpMethod.GET, "/v1/more", ctx -> ctx.end()))));
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void refusesToGuardWhatTheContractDoesNotHave() {
    assertThrows(IllegalArgumentException.class, () -> contract.guard(HttpMethod.PUT, "/v1/chat"));
    assertThrows(IllegalArgumentException.class, () -> OpenApi.load("openapi/none.yaml"));
  }

  private Answer post(String body) throws IOException {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return RawConnection.ask(
        api.port(),
        request(
                "POST",
                "/v1/chat",
                "Content-Type: application/json\r\nContent-Length: " + length + "\r\n")
            + body);
  }
}
