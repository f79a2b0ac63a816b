package io.ruche.auth.web;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyFormat;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyStore.Creation;
import io.ruche.auth.RateLimiter;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import io.ruche.http.Failure;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.ruche.testing.RunningKeys;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KeyHandlerIT {

  private static final Vertx VERTX = Vertx.vertx();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static PostgresProcess server;
  private static RedisProcess redis;
  private static RunningKeys keys;
  private static HttpServer api;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresProcess.start();
    redis = RedisProcess.start();
    keys = RunningKeys.start(VERTX, server.url("postgres"), redis.url());
    api = VERTX.createHttpServer().requestHandler(router()).listen(0).await(5, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() throws Exception {
    keys.close();
    VERTX.close().await(5, TimeUnit.SECONDS);
    redis.close();
    server.close();
  }

  @Test
  void admitsAKeyThatWasJustMadeAndKeepsTheBody() throws Exception {
    String key = create("fresh", Set.of(Scope.AI), 60, null);

    HttpResponse<String> answer = post("Bearer " + key, "x".repeat(200_000));

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("koff.fresh 200000", answer.body());
    assertEquals("60", header(answer, "x-ratelimit-limit-requests"));
    assertEquals("59", header(answer, "x-ratelimit-remaining-requests"));
    assertTrue(header(answer, "x-ratelimit-reset-requests").matches("1s|9\\d\\dms"));
  }

  @Test
  void takesTheSchemeInAnyCase() throws Exception {
    String key = create("cased", Set.of(Scope.AI), null, null);

    HttpResponse<String> answer = post("bearer  " + key, "");

    assertEquals(200, answer.statusCode(), answer.body());
    assertTrue(answer.headers().firstValue("x-ratelimit-limit-requests").isEmpty());
  }

  @Test
  void asksForAKey() throws Exception {
    HttpResponse<String> answer = send(request());

    assertEquals(401, answer.statusCode());
    assertEquals("Bearer realm=\"ruche\"", header(answer, "WWW-Authenticate"));
    assertTrue(answer.body().contains("Authorization: Bearer rk_"), answer.body());
  }

  @Test
  void refusesOtherSchemesAndSeveralHeaders() throws Exception {
    assertEquals(401, post("Basic dXNlcjpwYXNz", "").statusCode());
    assertEquals(401, post("Bearer", "").statusCode());
    assertEquals(401, post("Bearer ", "").statusCode());
    assertEquals(401, post("Bearerrk_x", "").statusCode());
    HttpResponse<String> twice =
        send(request().header("Authorization", "Bearer a").header("Authorization", "Bearer b"));
    assertEquals(401, twice.statusCode());
    assertTrue(twice.body().contains("once"), twice.body());
  }

  @Test
  void refusesWhatIsNoKeyWithoutRepeatingIt() throws Exception {
    HttpResponse<String> answer = post("Bearer hello", "");

    assertEquals(401, answer.statusCode());
    assertTrue(answer.body().contains("not an API key"), answer.body());
    assertFalse(answer.body().contains("hello"));
    assertTrue(header(answer, "WWW-Authenticate").contains("error=\"invalid_token\""));
  }

  @Test
  void refusesAKeyThatNobodyMade() throws Exception {
    HttpResponse<String> answer = post("Bearer " + KeyFormat.generate().value(), "body");

    assertEquals(401, answer.statusCode());
    assertTrue(answer.body().contains("no such API key"), answer.body());
  }

  @Test
  void saysThatAKeyHasExpired() throws Exception {
    String key = create("brief", Set.of(Scope.AI), null, Instant.now().plusMillis(600));
    assertEquals(200, post("Bearer " + key, "").statusCode());

    await()
        .atMost(Duration.ofSeconds(3))
        .until(() -> post("Bearer " + key, "").statusCode() != 200);

    HttpResponse<String> answer = post("Bearer " + key, "");
    assertEquals(401, answer.statusCode());
    assertTrue(answer.body().contains("expired at 2"), answer.body());
  }

  @Test
  void refusesAKeyWithoutTheScope() throws Exception {
    String key = create("scopeless", Set.of(Scope.GAMES, Scope.ADMIN), null, null);

    HttpResponse<String> answer = post("Bearer " + key, "");

    assertEquals(403, answer.statusCode());
    assertTrue(answer.body().contains("'ai'"), answer.body());
    assertEquals(
        "Bearer realm=\"ruche\", error=\"insufficient_scope\", scope=\"ai\"",
        header(answer, "WWW-Authenticate"));
  }

  @Test
  void refusesPastTheLimitAndSaysWhenToComeBack() throws Exception {
    String key = create("limited", Set.of(Scope.AI), 2, null);
    post("Bearer " + key, "");
    post("Bearer " + key, "");

    HttpResponse<String> answer = post("Bearer " + key, "body");

    assertEquals(429, answer.statusCode());
    assertEquals("30", header(answer, "Retry-After"));
    assertEquals("0", header(answer, "x-ratelimit-remaining-requests"));
    assertEquals("2", header(answer, "x-ratelimit-limit-requests"));
    assertTrue(answer.body().contains("2 requests a minute"), answer.body());
  }

  private static Router router() {
    Router router = Router.router(VERTX);
    // Keys before bodies: nothing of an unknown caller is read into memory.
    router
        .route()
        .handler(new KeyHandler(keys.ring(), Scope.AI))
        .failureHandler(KeyHandlerIT::fail);
    router
        .route()
        .handler(new RateLimitHandler(new RateLimiter(keys.hot())))
        .failureHandler(KeyHandlerIT::fail);
    router.route().handler(BodyHandler.create(false));
    router.route().handler(KeyHandlerIT::answer);
    return router;
  }

  private static void answer(RoutingContext ctx) {
    ApiKey key = KeyHandler.keyOf(ctx);
    Buffer body = ctx.body().buffer();
    ctx.end(key.mqttUser() + " " + (body == null ? 0 : body.length()));
  }

  private static void fail(RoutingContext ctx) {
    Failure failure = assertInstanceOf(Failure.class, ctx.failure());
    failure.headers().forEach(ctx.response()::putHeader);
    ctx.response().setStatusCode(failure.status()).end(failure.detail());
  }

  private static HttpRequest.Builder request() {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.actualPort() + "/v1/x"));
  }

  private static HttpResponse<String> post(String authorization, String body) throws Exception {
    return send(
        request().header("Authorization", authorization).POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.timeout(Duration.ofSeconds(5)).build(), BodyHandlers.ofString());
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static String create(
      String name, Set<Scope> scopes, @Nullable Integer rpm, @Nullable Instant expires)
      throws Exception {
    Limits limits = rpm == null ? Limits.NONE : Limits.ofRpm(rpm);
    KeyRequest request = new KeyRequest("koff", name, ApiKey.Kind.CLIENT, scopes, limits, expires);
    Creation made = keys.store().create(request).await(5, TimeUnit.SECONDS);
    return assertInstanceOf(Creation.Created.class, made).plain().value();
  }
}
