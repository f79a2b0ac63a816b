package io.ruche.http;

import static io.ruche.http.RawConnection.request;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.http.RawConnection.Answer;
import io.ruche.metrics.Tracing;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SlowAndLargeClientsTest {

  private static final int MEGABYTE = 1_048_576;

  private RunningApi api;
  private final AtomicLong read = new AtomicLong();

  @BeforeEach
  void start() throws Exception {
    api =
        new RunningApi(
            routes ->
                routes
                    .on(
                        HttpMethod.POST,
                        "/v1/size",
                        routes.body(),
                        ctx -> ctx.end("" + ctx.body().length()))
                    .on(HttpMethod.POST, "/v1/tiny", routes.body(16), ctx -> ctx.end("ok"))
                    .on(
                        HttpMethod.POST,
                        "/v1/stream",
                        ctx ->
                            ctx.request()
                                .handler(chunk -> read.addAndGet(chunk.length()))
                                .endHandler(v -> ctx.end("" + read.get())))
                    .on(
                        HttpMethod.GET,
                        "/v1/slow",
                        ctx -> ctx.vertx().setTimer(4_000, t -> ctx.end("at last")))
                    .on(
                        HttpMethod.GET,
                        "/v1/large",
                        ctx -> ctx.end(Buffer.buffer(new byte[64 * MEGABYTE]))));
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
  }

  @Test
  void refusesALargeBodyBeforeItCame() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      Answer answer =
          connection
              .send(request("POST", "/v1/size", "Content-Length: " + 50 * MEGABYTE + "\r\n"))
              .answer();

      assertEquals(413, answer.status());
      assertTrue(answer.body().contains("1048576 bytes"), answer.body());
      assertEquals("close", answer.header("connection"));
      assertTrue(connection.closedByServer());
    }
  }

  @Test
  void tellsTheLimitOfTheRoute() throws IOException {
    Answer answer =
        RawConnection.ask(
            api.port(),
            request("POST", "/v1/tiny", "Content-Length: 17\r\n") + "12345678901234567");

    assertEquals(413, answer.status());
    assertTrue(answer.body().contains("16 bytes"), answer.body());
  }

  @Test
  void deliversTheRefusalToAClientThatSendsItAllFirst() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send(request("POST", "/v1/size", "Content-Length: " + 8 * MEGABYTE + "\r\n"));
      connection.send(new byte[8 * MEGABYTE]);

      assertEquals(413, connection.answer().status());
    }
  }

  @Test
  void refusesAChunkedBodyAtTheLimit() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send(request("POST", "/v1/size", "Transfer-Encoding: chunked\r\n"));
      String chunk = "10000\r\n" + "x".repeat(65_536) + "\r\n";
      for (int i = 0; i < 17; i++) {
        connection.send(chunk);
      }

      Answer answer = connection.answer();
      assertEquals(413, answer.status());
      assertEquals("close", answer.header("connection"));
    }
  }

  @Test
  void acceptsABodyOfExactlyTheLimit() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send(request("POST", "/v1/size", "Content-Length: " + MEGABYTE + "\r\n"));
      connection.send(new byte[MEGABYTE]);

      Answer answer = connection.answer();
      assertEquals(200, answer.status());
      assertEquals("" + MEGABYTE, answer.body());
    }
  }

  @Test
  void asksForTheBodyOfAClientThatWaitsToBeAsked() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send(request("POST", "/v1/size", "Content-Length: 2\r\nExpect: 100-continue\r\n"));
      assertEquals(100, connection.head().status());

      assertEquals("2", connection.send("ab").answer().body());
    }
  }

  @Test
  void refusesALargeBodyInsteadOfAskingForIt() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send(
          request(
              "POST",
              "/v1/size",
              "Content-Length: " + 50 * MEGABYTE + "\r\nExpect: 100-continue\r\n"));

      assertEquals(413, connection.head().status());
    }
  }

  @Test
  void refusesTooManyHeaders() throws IOException {
    String bomb = "X-A: 0123456789\r\n".repeat(1_000);

    try (RawConnection connection = new RawConnection(api.port())) {
      Answer answer = connection.send(request("GET", "/v1/slow", bomb)).answer();

      assertEquals(431, answer.status());
      assertTrue(answer.body().contains("8192 bytes"), answer.body());
      assertTrue(connection.closedByServer());
    }
  }

  @Test
  void refusesALongRequestLine() throws IOException {
    Answer answer = RawConnection.ask(api.port(), request("GET", "/" + "a".repeat(5_000), ""));

    assertEquals(414, answer.status());
    assertTrue(answer.body().contains("4096 bytes"), answer.body());
  }

  @Test
  void cutsAClientThatDribblesItsHead() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send("GET /v1/slow HTTP/1.1\r\n");
      Answer answer = dribble(connection, "X-Dribble: 1\r\n");

      assertEquals(408, answer.status());
      assertEquals("close", answer.header("connection"));
      assertTrue(answer.body().contains("within 1 s"), answer.body());
    }
  }

  @Test
  void cutsAClientThatDribblesItsSecondHead() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send(request("POST", "/v1/tiny", "Content-Length: 2\r\n") + "ab").answer();
      Answer answer = dribble(connection, "G");

      assertEquals(408, answer.status());
    }
  }

  @Test
  void cutsAClientThatDribblesItsBody() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send(request("POST", "/v1/size", "Content-Length: 1000\r\n"));
      Answer answer = dribble(connection, "x");

      assertEquals(408, answer.status());
      assertTrue(answer.body().contains("came too slowly"), answer.body());
      assertTrue(connection.closedByServer());
    }
    await()
        .atMost(5, TimeUnit.SECONDS)
        .until(() -> api.scrape().contains("reason=\"slow_body\",service=\"test\"} 1"));
    await()
        .atMost(5, TimeUnit.SECONDS)
        .until(
            () ->
                api.scrape()
                    .contains("ruche_http_in_flight_requests{api=\"test\",service=\"test\"} 0"));
  }

  @Test
  void letsALongUploadTakeTheTimeItsBytesEarn() throws Exception {
    // 4 KiB earn four seconds beyond the one that every body has.
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send(request("POST", "/v1/stream", "Content-Length: 4097\r\n"));
      connection.send(new byte[4_096]);
      await()
          .pollDelay(2_500, TimeUnit.MILLISECONDS)
          .atMost(4, TimeUnit.SECONDS)
          .until(() -> read.get() == 4_096);

      assertEquals("4097", connection.send("x").answer().body());
    }
  }

  @Test
  void closesAConnectionThatSaysNothing() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      assertThrows(IOException.class, connection::head);
    }
  }

  @Test
  void closesAnUnusedConnectionWithoutAWord() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send(request("POST", "/v1/tiny", "Content-Length: 2\r\n") + "ab").answer();

      assertThrows(IOException.class, connection::head);
    }
  }

  @Test
  void letsAClientWaitLongerThanTheIdleTimeForItsAnswer() throws IOException {
    Answer answer = RawConnection.ask(api.port(), request("GET", "/v1/slow", ""));

    assertEquals("at last", answer.body());
  }

  @Test
  void cutsAClientThatLeavesItsAnswerUnread() throws IOException {
    try (RawConnection connection = new RawConnection(api.port())) {
      connection.send(request("GET", "/v1/large", ""));

      await()
          .atMost(20, TimeUnit.SECONDS)
          .until(
              () ->
                  api.scrape()
                      .contains("ruche_http_open_connections{api=\"test\",service=\"test\"} 0"));
    }
  }

  @Test
  void refusesConnectionsPastTheirNumber() throws Exception {
    List<RawConnection> open = new ArrayList<>();
    try (RunningApi small =
        new RunningApi(
            withConnections(2),
            Tracing.off(),
            routes -> routes.on(HttpMethod.GET, "/", ctx -> ctx.end("ok")))) {
      for (int i = 0; i < 2; i++) {
        RawConnection connection = new RawConnection(small.port());
        open.add(connection);
        assertEquals(200, connection.send(request("GET", "/", "")).answer().status());
      }
      Answer answer = RawConnection.ask(small.port(), request("GET", "/", ""));

      assertEquals(503, answer.status());
      assertEquals("1", answer.header("retry-after"));
    } finally {
      for (RawConnection connection : open) {
        connection.close();
      }
    }
  }

  private static HttpConfig withConnections(int most) {
    HttpConfig c = RunningApi.SHORT;
    return new HttpConfig(
        c.host(),
        1,
        c.accessLog(),
        most,
        c.maxBodyBytes(),
        c.maxHeaderBytes(),
        c.maxLineBytes(),
        c.headTimeout(),
        c.bodyTimeout(),
        c.minBodyBytesPerSecond(),
        Duration.ofSeconds(20),
        c.stopTimeout());
  }

  /** Says a little every 100 ms until the server answers. */
  private static Answer dribble(RawConnection connection, String piece) {
    AtomicLong pieces = new AtomicLong();
    await()
        .pollInterval(100, TimeUnit.MILLISECONDS)
        .atMost(10, TimeUnit.SECONDS)
        .until(
            () -> {
              if (connection.answered()) {
                return true;
              }
              connection.send(piece);
              pieces.incrementAndGet();
              return false;
            });
    try {
      return connection.answer();
    } catch (IOException e) {
      throw new AssertionError("no answer after " + pieces + " pieces", e);
    }
  }
}
