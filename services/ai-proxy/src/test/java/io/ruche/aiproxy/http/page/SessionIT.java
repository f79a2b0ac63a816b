package io.ruche.aiproxy.http.page;

import static io.ruche.aiproxy.http.page.RunningPage.CHAT;
import static io.ruche.aiproxy.http.page.RunningPage.cookie;
import static io.ruche.aiproxy.http.page.RunningPage.csrf;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.KeyFormat;
import io.ruche.auth.Scope;
import io.ruche.auth.web.PagesConfig;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SessionIT {

  /** Long enough for a slow machine between two requests, short enough to wait for. */
  private static final Duration IDLE = Duration.ofSeconds(3);

  private static RunningPage page;

  @BeforeAll
  static void start() throws Exception {
    PagesConfig config = new PagesConfig(IDLE, List.of("ruche.example"), List.of("127.0.0.1"), 6);
    page = new RunningPage(config, List.of());
  }

  @AfterAll
  static void stop() throws Exception {
    page.close();
  }

  @Test
  void aKeyBecomesACookieThatScriptsCannotRead() throws Exception {
    HttpResponse<String> answer = page.signIn(page.key("koff", "cookie", Scope.AI));

    assertEquals(200, answer.statusCode(), answer.body());
    String set = answer.headers().firstValue("set-cookie").orElseThrow();
    assertTrue(set.matches("ruche_session=[\\w-]{43};.*"), set);
    assertTrue(set.contains("HTTPOnly") || set.contains("HttpOnly"), set);
    assertTrue(set.contains("SameSite=Strict"), set);
    assertTrue(set.contains("Path=/"), set);
    assertTrue(set.contains("Max-Age=3;"), set);
    assertFalse(set.contains("Secure"), set);
    assertEquals("no-store", answer.headers().firstValue("cache-control").orElse(""));
    JsonObject who = new JsonObject(answer.body());
    assertEquals("koff", who.getString("tenant"));
    assertEquals("cookie", who.getString("name"));
    assertFalse(answer.body().contains(cookie(answer).substring("ruche_session=".length())));
  }

  @Test
  void overTlsTheCookieIsSecureAndThePlainOneCountsNoMore() throws Exception {
    String key = page.key("koff", "tls", Scope.AI);
    HttpResponse<String> answer = page.signIn(key, "X-Forwarded-Proto", "https");

    String set = answer.headers().firstValue("set-cookie").orElseThrow();
    assertTrue(set.startsWith("__Host-ruche_session="), set);
    assertTrue(set.contains("Secure"), set);
    String plain = cookie(page.signIn(key));
    HttpRequest.Builder overTls =
        page.to("/session").header("Cookie", plain).header("X-Forwarded-Proto", "https");
    assertEquals(401, page.send(overTls).statusCode());
  }

  @Test
  void theSessionStandsForTheKeyAndWritesNeedItsToken() throws Exception {
    HttpResponse<String> signedIn = page.signIn(page.key("koff", "writer", Scope.AI));

    HttpResponse<String> bare = page.send(chat(cookie(signedIn), "x".repeat(200_000)));
    assertEquals(403, bare.statusCode());
    assertTrue(bare.body().contains("x-csrf-token"), bare.body());

    HttpRequest.Builder wrong = chat(cookie(signedIn), "x").header("x-csrf-token", "0".repeat(64));
    assertEquals(403, page.send(wrong).statusCode());

    HttpResponse<String> written =
        page.send(
            chat(cookie(signedIn), "x".repeat(200_000)).header("x-csrf-token", csrf(signedIn)));
    assertEquals(200, written.statusCode(), written.body());
    assertEquals("koff.writer 200000", written.body());
  }

  @Test
  void theTokenOfAnotherSessionIsNone() throws Exception {
    String key = page.key("koff", "twice", Scope.AI);
    HttpResponse<String> one = page.signIn(key);
    HttpResponse<String> two = page.signIn(key);

    HttpRequest.Builder crossed = chat(cookie(one), "x").header("x-csrf-token", csrf(two));
    assertEquals(403, page.send(crossed).statusCode());
  }

  @Test
  void aPageOfAnotherSiteIsRefused() throws Exception {
    HttpResponse<String> signedIn = page.signIn(page.key("koff", "origin", Scope.AI));
    String own = "http://127.0.0.1:" + page.port();

    HttpRequest.Builder foreign =
        chat(cookie(signedIn), "x")
            .header("x-csrf-token", csrf(signedIn))
            .header("Origin", "http://127.0.0.1:1");
    assertEquals(403, page.send(foreign).statusCode());
    HttpRequest.Builder ours =
        chat(cookie(signedIn), "x").header("x-csrf-token", csrf(signedIn)).header("Origin", own);
    assertEquals(200, page.send(ours).statusCode());
    assertEquals(403, page.signIn("rk_x", "Origin", "null").statusCode());
    assertEquals(403, page.signIn("rk_x", "Sec-Fetch-Site", "cross-site").statusCode());
  }

  @Test
  void aSessionEndsWithItsKeyWithinASecondEvenWhenTheNameIsTakenAgain() throws Exception {
    HttpResponse<String> signedIn = page.signIn(page.key("koff", "ended", Scope.AI));
    assertEquals(200, session(cookie(signedIn)).statusCode());

    page.revoke("koff", "ended");
    page.key("koff", "ended", Scope.AI);

    await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> session(cookie(signedIn)).statusCode() == 401);
    assertTrue(session(cookie(signedIn)).body().contains("with its key"));
  }

  @Test
  void aSessionEndsWhenItsKeyExpires() throws Exception {
    Instant soon = Instant.now().plusMillis(900);
    HttpResponse<String> signedIn = page.signIn(page.key("koff", "brief", soon, Scope.AI));
    assertEquals(200, signedIn.statusCode(), signedIn.body());

    await()
        .atMost(Duration.ofSeconds(3))
        .until(() -> session(cookie(signedIn)).body().contains("expired at"));
  }

  @Test
  void aSessionThatNobodyUsesIsOver() throws Exception {
    String idle = cookie(page.signIn(page.key("koff", "idle", Scope.AI)));
    String busy = cookie(page.signIn(page.key("koff", "busy", Scope.AI)));

    await()
        .pollInterval(Duration.ofMillis(200))
        .during(IDLE.plusSeconds(1))
        .atMost(IDLE.plusSeconds(10))
        .until(() -> session(busy).statusCode() == 200);

    HttpResponse<String> answer = session(idle);
    assertEquals(401, answer.statusCode());
    assertTrue(answer.body().contains("sign in again"), answer.body());
  }

  @Test
  void signingOutEndsTheSessionAndTakesTheCookieAway() throws Exception {
    HttpResponse<String> signedIn = page.signIn(page.key("koff", "leaver", Scope.AI));
    HttpRequest.Builder leave = page.to("/session").header("Cookie", cookie(signedIn)).DELETE();
    assertEquals(403, page.send(leave).statusCode());

    HttpResponse<String> left = page.send(leave.header("x-csrf-token", csrf(signedIn)));

    assertEquals(204, left.statusCode());
    assertTrue(left.headers().firstValue("set-cookie").orElse("").contains("Max-Age=0"));
    assertEquals(401, session(cookie(signedIn)).statusCode());
  }

  @Test
  void guessingIsSlowedDownForEachAddressAndRightKeysCostNothing() throws Exception {
    String guesser = "203.0.113.7";
    String key = page.key("koff", "guessed", Scope.AI);
    for (int i = 0; i < 10; i++) {
      assertEquals(200, page.signIn(key, "X-Forwarded-For", guesser).statusCode());
    }
    String wrong = KeyFormat.generate().value();
    for (int i = 0; i < 6; i++) {
      assertEquals(401, page.signIn(wrong, "X-Forwarded-For", guesser).statusCode());
    }

    HttpResponse<String> refused = page.signIn(key, "X-Forwarded-For", guesser);

    assertEquals(429, refused.statusCode());
    assertTrue(refused.headers().firstValue("retry-after").isPresent());
    assertEquals(200, page.signIn(key, "X-Forwarded-For", "203.0.113.8").statusCode());
    String forged = "198.51.100.1, " + guesser;
    assertEquals(429, page.signIn(key, "X-Forwarded-For", forged).statusCode());
  }

  @Test
  void anUnknownNameOfThisServerIsRefused() throws Exception {
    String key = page.key("koff", "host", Scope.AI);

    assertTrue(withHost("evil.example", key).startsWith("HTTP/1.1 421"));
    assertTrue(withHost("ruche.example", key).startsWith("HTTP/1.1 200"));
    assertTrue(withHost("localhost:8101", key).startsWith("HTTP/1.1 200"));
  }

  @Test
  void whatIsNoKeyIsRefusedAndNeverRepeated() throws Exception {
    assertEquals(422, page.post(new JsonObject()).statusCode());
    assertEquals(422, page.post(new JsonObject().put("key", 1)).statusCode());
    HttpResponse<String> answer = page.signIn("hunter2");
    assertEquals(401, answer.statusCode());
    assertFalse(answer.body().contains("hunter2"));
    HttpResponse<String> large = page.signIn("x".repeat(2_000));
    assertEquals(413, large.statusCode());
  }

  @Test
  void redisHoldsNothingThatOpensASession() throws Exception {
    HttpResponse<String> signedIn = page.signIn(page.key("koff", "stored", Scope.AI));
    String token = cookie(signedIn).substring("ruche_session=".length());

    assertEquals(401, session("ruche_session=" + KeyFormat.hash(token)).statusCode());
    assertEquals(401, session("ruche_session=" + csrf(signedIn)).statusCode());
    assertEquals(401, session("ruche_session=" + "a".repeat(43)).statusCode());
  }

  private static HttpRequest.Builder chat(String cookie, String body) {
    return page.to(CHAT).header("Cookie", cookie).POST(BodyPublishers.ofString(body));
  }

  private static HttpResponse<String> session(String cookie) throws Exception {
    return page.send(page.to("/session").header("Cookie", cookie));
  }

  /** Java's client lets nobody choose the Host. */
  private static String withHost(String host, String key) throws Exception {
    String body = new JsonObject().put("key", key).encode();
    String request =
        "POST /session HTTP/1.1\r\nHost: "
            + host
            + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), page.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
