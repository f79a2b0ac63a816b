package io.ruche.http;

import static io.ruche.http.RawConnection.ask;
import static io.ruche.http.RawConnection.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.http.RawConnection.Answer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAnswersTest {

  private static final ErrorBody PLAIN =
      new ErrorBody() {
        @Override
        public String contentType() {
          return "text/plain";
        }

        @Override
        public Buffer encode(Failure failure, String requestId, String path) {
          return Buffer.buffer("plain " + failure.code());
        }
      };

  private RunningApi api;

  @BeforeEach
  void start() throws Exception {
    api =
        new RunningApi(
            routes ->
                routes
                    .failuresBelow("/plain/", PLAIN)
                    .on(HttpMethod.GET, "/v1/models", ctx -> ctx.end("models"))
                    .on(HttpMethod.GET, "/v1/models/{id}", ctx -> ctx.end(ctx.pathParam("id")))
                    .on(
                        HttpMethod.POST,
                        "/v1/echo",
                        routes.body(),
                        ctx -> ctx.end(ctx.body().buffer()))
                    .on(
                        HttpMethod.GET,
                        "/v1/limited",
                        ctx -> {
                          throw Failure.tooManyRequests(
                              "60 a minute are used up", Duration.ofMillis(1_200));
                        })
                    .on(
                        HttpMethod.POST,
                        "/v1/refused",
                        ctx -> ctx.fail(Failure.unauthorized("The key is not known.")))
                    .on(
                        HttpMethod.GET,
                        "/v1/broken",
                        ctx -> {
                          throw new IllegalStateException("password=hunter2 in SQL");
                        })
                    .on(
                        HttpMethod.POST,
                        "/v1/json",
                        routes.body(),
                        ctx -> ctx.end(ctx.body().asJsonObject().encode()))
                    .on(
                        HttpMethod.GET,
                        "/v1/half",
                        ctx -> {
                          ctx.response().setChunked(true).write("half");
                          ctx.vertx().setTimer(20, t -> ctx.fail(new IllegalStateException("cut")));
                        })
                    .on(
                        HttpMethod.GET,
                        "/plain/broken",
                        ctx -> ctx.fail(Failure.conflict("already there"))));
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
  }

  @Test
  void tellsAFailureAsProblemJson() throws IOException {
    Answer answer =
        ask(api.port(), request("GET", "/v1/limited?key=secret", "X-Request-Id: r-1\r\n"));

    assertEquals(429, answer.status());
    assertEquals("application/problem+json", answer.header("content-type"));
    assertEquals("2", answer.header("retry-after"));
    assertEquals("r-1", answer.header("x-request-id"));
    assertEquals(
        new JsonObject()
            .put("type", "urn:ruche:problem:too_many_requests")
            .put("title", "A limit is used up")
            .put("status", 429)
            .put("detail", "60 a minute are used up")
            .put("instance", "/v1/limited")
            .put("code", "too_many_requests")
            .put("request_id", "r-1"),
        new JsonObject(answer.body()));
  }

  @Test
  void hidesWhatAnUnexpectedFaultSays() throws IOException {
    Answer answer = ask(api.port(), request("GET", "/v1/broken", ""));

    assertEquals(500, answer.status());
    assertFalse(answer.body().contains("hunter2"), answer.body());
    assertEquals(
        answer.header("x-request-id"), new JsonObject(answer.body()).getString("request_id"));
  }

  @Test
  void namesTheNearestPathForOneThatIsMissing() throws IOException {
    Answer answer = ask(api.port(), request("GET", "/v1/model", ""));

    assertEquals(404, answer.status());
    assertTrue(answer.body().contains("The nearest is GET /v1/models."), answer.body());
  }

  @Test
  void pointsToTheContractForAPathThatResemblesNone() throws IOException {
    Answer answer = ask(api.port(), request("GET", "/wp-admin/setup.php", ""));

    assertEquals(404, answer.status());
    assertTrue(answer.body().contains("GET /openapi.yaml"), answer.body());
  }

  @Test
  void answersAWrongMethodWithThoseThatAreAllowed() throws IOException {
    Answer answer = ask(api.port(), request("DELETE", "/v1/models/7", ""));

    assertEquals(405, answer.status());
    assertEquals("GET, HEAD, OPTIONS", answer.header("allow"));
    assertTrue(answer.body().contains("DELETE is not offered"), answer.body());
  }

  @Test
  void answersOptionsWithTheMethodsOfThePath() throws IOException {
    Answer answer = ask(api.port(), request("OPTIONS", "/v1/echo", ""));

    assertEquals(204, answer.status());
    assertEquals("POST, OPTIONS", answer.header("allow"));
  }

  @Test
  void answersHeadWithoutABody() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      Answer head = connection.send(request("HEAD", "/v1/models", "")).head();
      Answer next = connection.send(request("GET", "/v1/models", "")).answer();

      assertEquals(200, head.status());
      assertEquals("models", next.body());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ok-1",
        "A.b_c-9",
        "0123456789012345678901234567890123456789012345678901234567890123"
      })
  void echoesAGoodRequestId(String id) throws IOException {
    Answer answer = ask(api.port(), request("GET", "/v1/models", "X-Request-Id: " + id + "\r\n"));

    assertEquals(id, answer.header("x-request-id"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with space",
        "semi;colon",
        "<script>",
        "\u00e9",
        "01234567890123456789012345678901234567890123456789012345678901234"
      })
  void replacesABadRequestId(String id) throws IOException {
    Answer answer = ask(api.port(), request("GET", "/v1/models", "X-Request-Id: " + id + "\r\n"));

    assertTrue(answer.header("x-request-id").matches("[0-9a-z]{24}"));
  }

  @Test
  void keepsLineBreaksOfAPathOutOfTheHead() throws IOException {
    Answer answer = ask(api.port(), request("GET", "/v1/models/a%0d%0aSet-Cookie:%20stolen=1", ""));

    assertEquals(200, answer.status());
    assertEquals("", answer.header("set-cookie"));
    assertEquals("a\r\nSet-Cookie: stolen=1", answer.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/models\r\n\r\n",
        "NONSENSE\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001abc\r\n\r\n"
      })
  void refusesWhatIsNotHttp(String bytes) throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      Answer answer = connection.send(bytes).answer();

      assertEquals(400, answer.status());
      assertEquals("bad_request", new JsonObject(answer.body()).getString("code"));
      assertTrue(connection.closedByServer());
    }
  }

  @Test
  void refusesAVersionItDoesNotSpeak() throws IOException {
    Answer answer = ask(api.port(), "GET /v1/models HTTP/9.9\r\nHost: a\r\n\r\n");

    assertEquals(505, answer.status());
    assertTrue(answer.body().contains("HTTP/1.1"), answer.body());
  }

  @Test
  void trustsTheChunksWhereALengthIsGivenAsWell() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send(
          request("POST", "/v1/echo", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")
              + "2\r\nab\r\n0\r\n\r\n"
              + request("GET", "/v1/models", ""));

      assertEquals("ab", connection.answer().body());
      assertEquals("models", connection.answer().body());
    }
  }

  @Test
  void refusesARequestWithoutAHost() throws IOException {
    Answer answer = ask(api.port(), "GET /v1/models HTTP/1.1\r\n\r\n");

    assertEquals(400, answer.status());
    assertTrue(answer.body().contains("Host"), answer.body());
  }

  @Test
  void refusesAPathThatCannotBeDecoded() throws IOException {
    Answer answer = ask(api.port(), request("GET", "/v1/models/%zz", ""));

    assertEquals(400, answer.status());
    assertTrue(answer.body().contains("hexadecimal"), answer.body());
  }

  @Test
  void refusesABodyThatIsNotJson() throws IOException {
    Answer answer = ask(api.port(), request("POST", "/v1/json", "Content-Length: 3\r\n") + "{a}");

    assertEquals(400, answer.status());
    assertTrue(answer.body().contains("not valid JSON"), answer.body());
  }

  @Test
  void tellsFailuresInTheShapeOfTheirPrefix() throws IOException {
    Answer failed = ask(api.port(), request("GET", "/plain/broken", ""));
    Answer missing = ask(api.port(), request("GET", "/plain/nothing", ""));

    assertEquals("plain conflict", failed.body());
    assertEquals("plain not_found", missing.body());
    assertEquals("text/plain", missing.header("content-type"));
  }

  @Test
  void keepsTheConnectionAfterRefusingASmallBody() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      Answer refused =
          connection
              .send(request("POST", "/v1/refused", "Content-Length: 5\r\n") + "12345")
              .answer();
      Answer next = connection.send(request("GET", "/v1/models", "")).answer();

      assertEquals(401, refused.status());
      assertEquals("Bearer", refused.header("www-authenticate"));
      assertEquals(200, next.status());
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send(
          request("GET", "/v1/models/1", "")
              + request("POST", "/v1/echo", "Content-Length: 1\r\n")
              + "2"
              + request("GET", "/v1/models/3", ""));

      assertEquals("1", connection.answer().body());
      assertEquals("2", connection.answer().body());
      assertEquals("3", connection.answer().body());
    }
  }

  @Test
  void cutsAnAnswerThatFailsHalfWay() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      Answer head = connection.send(request("GET", "/v1/half", "")).head();

      assertEquals(200, head.status());
      assertTrue(connection.closedByServer());
    }
  }

  @Test
  void countsRequestsByRouteTemplate() throws IOException {
    for (int i = 0; i < 3; i++) {
      ask(api.port(), request("GET", "/v1/models/" + i, ""));
    }
    ask(api.port(), request("BREW", "/v1/nothing-" + 1, ""));

    String scrape = api.scrape();
    assertTrue(
        scrape.contains(
            "ruche_http_request_duration_seconds_count{api=\"test\",method=\"GET\","
                + "route=\"/v1/models/{id}\",service=\"test\",status=\"2xx\"} 3"),
        scrape);
    assertTrue(
        scrape.contains("method=\"other\",route=\"unmatched\",service=\"test\",status=\"4xx\"} 1"),
        scrape);
    assertTrue(
        scrape.contains("ruche_http_in_flight_requests{api=\"test\",service=\"test\"} 0"), scrape);
  }

  @Test
  void countsWhatTheRouterNeverGetsToSee() throws IOException {
    String rest = " HTTP/1.1\r\nHost: x\r\n\r\n";
    RawConnection.ask(api.port(), "GET /" + "x".repeat(9_000) + rest);
    RawConnection.ask(
        api.port(), "PUT / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(9_000) + "\r\n\r\n");
    RawConnection.ask(api.port(), "DELETE / HTTP/1.2\r\nHost: x\r\n\r\n");
    RawConnection.ask(api.port(), "PATCH /%zz" + rest);
    RawConnection.ask(api.port(), "HEAD / HTTP/1.1\r\n\r\n");
    String scrape = api.scrape();
    for (String one :
        List.of(
            "method=\"PUT\",route=\"unmatched\",service=\"test\",status=\"4xx\"} 1",
            "method=\"DELETE\",route=\"unmatched\",service=\"test\",status=\"5xx\"} 1",
            "method=\"PATCH\",route=\"unmatched\",service=\"test\",status=\"4xx\"} 1",
            "method=\"HEAD\",route=\"unmatched\",service=\"test\",status=\"4xx\"} 1")) {
      assertTrue(
          scrape.contains("ruche_http_request_duration_seconds_count{api=\"test\"," + one),
          one + scrape);
    }
    assertTrue(
        scrape.contains("ruche_http_in_flight_requests{api=\"test\",service=\"test\"} 0"), scrape);
  }
}
