package io.ruche.aiproxy.http.page;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ruche.aiproxy.http.page.ProviderState.Circuit;
import io.ruche.aiproxy.http.page.ProviderState.Model;
import io.ruche.aiproxy.http.page.ProviderState.Quota;
import io.ruche.auth.Scope;
import io.ruche.auth.web.PagesConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class KeysIT {

  private static final Model DOWN =
      new Model(
          "llama",
          Circuit.OPEN,
          Duration.ofSeconds(4),
          "HTTP 500",
          Instant.parse("2026-11-21T10:00:00Z"),
          Duration.ZERO,
          List.of(new Quota("tokens", "minute", 6_000, 120L)));

  private static RunningPage page;
  private static String operator;
  private static String koff;

  @BeforeAll
  static void start() throws Exception {
    List<ProviderState> providers =
        List.of(
            new ProviderState("groq", "api.groq.com", true, List.of(DOWN)),
            new ProviderState("spare", "10.0.0.2", false, List.of()));
    page = new RunningPage(PagesConfig.defaults(), providers);
    operator = page.key("local", "operator", Scope.ADMIN);
    koff = page.key("koff", "admin", Scope.ADMIN);
  }

  @AfterAll
  static void stop() throws Exception {
    page.close();
  }

  @Test
  void aKeyIsMadeLimitedUsedAndRevoked() throws Exception {
    JsonObject wish =
        new JsonObject()
            .put("name", "n8n")
            .put("scopes", new JsonArray().add("ai"))
            .put("limits", new JsonObject().put("rpm", 60))
            .put("expires_at", "2099-01-01T00:00:00Z");

    HttpResponse<String> made = page.send("POST", "/v1/keys", koff, wish);

    assertEquals(201, made.statusCode(), made.body());
    assertEquals("no-store", made.headers().firstValue("cache-control").orElse(""));
    JsonObject key = new JsonObject(made.body());
    String plain = key.getString("key");
    assertEquals("koff", key.getString("tenant"));
    assertEquals(60, key.getJsonObject("limits").getInteger("rpm"));
    assertEquals("2099-01-01T00:00:00Z", key.getString("expires_at"));
    assertEquals("koff.n8n 2", chat(plain).body());

    HttpResponse<String> again = page.send("POST", "/v1/keys", koff, wish);
    assertEquals(409, again.statusCode());

    JsonObject change = new JsonObject().put("limits", new JsonObject().put("rpm", 7));
    HttpResponse<String> limited = page.send("PATCH", "/v1/keys/n8n", koff, change);
    assertEquals(200, limited.statusCode(), limited.body());
    assertEquals(7, rpm(limited.body()));
    JsonObject none = new JsonObject().put("limits", new JsonObject());
    assertEquals(7, rpm(page.send("PATCH", "/v1/keys/n8n", koff, none).body()));
    JsonObject free = new JsonObject().put("limits", new JsonObject().putNull("rpm"));
    HttpResponse<String> freed = page.send("PATCH", "/v1/keys/n8n", koff, free);
    assertTrue(new JsonObject(freed.body()).getJsonObject("limits").isEmpty(), freed.body());

    assertEquals(204, page.send("DELETE", "/v1/keys/n8n", koff, null).statusCode());
    await().atMost(Duration.ofSeconds(1)).until(() -> chat(plain).statusCode() == 401);
    assertEquals(404, page.send("DELETE", "/v1/keys/n8n", koff, null).statusCode());
    assertEquals(404, page.send("PATCH", "/v1/keys/n8n", koff, free).statusCode());
  }

  @Test
  void whatAKeyMayAskForIsSetChangedAndTakenAway() throws Exception {
    JsonObject access =
        new JsonObject()
            .put("models", new JsonArray().add("openai/*").add("fast"))
            .put("max_output_tokens", 1_000);
    JsonObject wish =
        new JsonObject()
            .put("name", "reader")
            .put("scopes", new JsonArray().add("ai"))
            .put("access", access);

    HttpResponse<String> made = page.send("POST", "/v1/keys", koff, wish);

    assertEquals(201, made.statusCode(), made.body());
    assertEquals(access, new JsonObject(made.body()).getJsonObject("access"));
    JsonObject change =
        new JsonObject()
            .put("access", new JsonObject().putNull("models").put("max_input_tokens", 8_000));
    HttpResponse<String> changed = page.send("PATCH", "/v1/keys/reader", koff, change);
    assertEquals(200, changed.statusCode(), changed.body());
    assertEquals(
        new JsonObject().put("max_input_tokens", 8_000).put("max_output_tokens", 1_000),
        new JsonObject(changed.body()).getJsonObject("access"));
    JsonObject wrong =
        new JsonObject().put("access", new JsonObject().put("models", new JsonArray().add("a b")));
    HttpResponse<String> refused = page.send("PATCH", "/v1/keys/reader", koff, wrong);
    assertEquals(422, refused.statusCode());
    assertTrue(refused.body().contains("/access/models/0"), refused.body());
    assertEquals(422, page.send("PATCH", "/v1/keys/reader", koff, new JsonObject()).statusCode());
  }

  @Test
  void theListHoldsNoTextOfAKey() throws Exception {
    HttpResponse<String> list = page.send("GET", "/v1/keys", koff, null);

    assertEquals(200, list.statusCode(), list.body());
    assertFalse(list.body().contains("rk_"));
    assertTrue(names(list).contains("koff.admin"), list.body());
  }

  @Test
  void anAdminSeesAndTouchesItsOwnTenantOnly() throws Exception {
    page.key("azoth", "victim", Scope.AI);

    assertTrue(
        names(page.send("GET", "/v1/keys", koff, null)).stream()
            .allMatch(name -> name.startsWith("koff.")));
    JsonObject wish = new JsonObject().put("name", "spy").put("scopes", new JsonArray().add("ai"));
    JsonObject change = new JsonObject().put("limits", new JsonObject().put("rpm", 1));
    assertEquals(403, page.send("GET", "/v1/keys?tenant=azoth", koff, null).statusCode());
    assertEquals(403, page.send("POST", "/v1/keys?tenant=azoth", koff, wish).statusCode());
    assertEquals(
        403, page.send("PATCH", "/v1/keys/victim?tenant=azoth", koff, change).statusCode());
    assertEquals(403, page.send("DELETE", "/v1/keys/victim?tenant=azoth", koff, null).statusCode());
    assertEquals(404, page.send("DELETE", "/v1/keys/victim", koff, null).statusCode());
    assertTrue(
        names(page.send("GET", "/v1/keys?tenant=azoth", operator, null)).contains("azoth.victim"));
  }

  @Test
  void theOperatorSeesAllTenantsAndMayNameOne() throws Exception {
    page.key("maximus", "one", Scope.AI);

    List<String> all = names(page.send("GET", "/v1/keys", operator, null));
    assertTrue(all.containsAll(List.of("local.operator", "koff.admin", "maximus.one")), "" + all);
    JsonObject wish = new JsonObject().put("name", "two").put("scopes", new JsonArray().add("ai"));
    assertEquals(201, page.send("POST", "/v1/keys?tenant=maximus", operator, wish).statusCode());
    assertEquals(
        204, page.send("DELETE", "/v1/keys/two?tenant=maximus", operator, null).statusCode());
  }

  @Test
  void aKeyWithoutAdminMayNothingHere() throws Exception {
    String plain = page.key("koff", "plain", Scope.AI);

    assertEquals(403, page.send("GET", "/v1/keys", plain, null).statusCode());
    assertEquals(403, page.send("GET", "/v1/providers", plain, null).statusCode());
    assertEquals(403, page.send("DELETE", "/v1/keys/plain", plain, null).statusCode());
  }

  @Test
  void wrongValuesAreNamed() throws Exception {
    JsonObject wrong =
        new JsonObject()
            .put("name", "Not A Name")
            .put("scopes", new JsonArray().add("everything"))
            .put("limits", new JsonObject().put("rpm", 0).put("rps", 1));

    HttpResponse<String> answer = page.send("POST", "/v1/keys", koff, wrong);

    assertEquals(422, answer.statusCode());
    assertTrue(answer.body().contains("/name"), answer.body());
    assertTrue(answer.body().contains("/scopes/0"), answer.body());
    JsonObject past =
        new JsonObject()
            .put("name", "past")
            .put("scopes", new JsonArray().add("ai"))
            .put("expires_at", "2001-01-01T00:00:00Z");
    HttpResponse<String> expired = page.send("POST", "/v1/keys", koff, past);
    assertEquals(422, expired.statusCode());
    assertTrue(expired.body().contains("future"), expired.body());
    JsonObject vague = past.copy().put("expires_at", "tomorrow");
    assertEquals(422, page.send("POST", "/v1/keys", koff, vague).statusCode());
    assertEquals(422, page.send("GET", "/v1/keys?after=x", koff, null).statusCode());
  }

  @Test
  void logsSayWhoDidWhatAndHoldNoKey() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger("io.ruche");
    Level usual = root.getLevel();
    root.setLevel(Level.TRACE);
    ListAppender<ILoggingEvent> seen = new ListAppender<>();
    seen.start();
    root.addAppender(seen);
    try {
      JsonObject wish =
          new JsonObject().put("name", "logged").put("scopes", new JsonArray().add("ai"));
      page.send("POST", "/v1/keys", koff, wish);
      page.signIn(koff);
      page.send("DELETE", "/v1/keys/logged", koff, null);
    } finally {
      root.detachAppender(seen);
      root.setLevel(usual);
    }
    List<String> lines =
        List.copyOf(seen.list).stream()
            .map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs())
            .toList();
    assertTrue(
        lines.stream()
            .anyMatch(line -> line.contains("key created key=koff.logged by=koff.admin")));
    assertTrue(
        lines.stream()
            .anyMatch(line -> line.contains("key revoked key=koff.logged by=koff.admin")));
    assertTrue(lines.stream().noneMatch(line -> line.contains("rk_")), "" + lines);
  }

  @Test
  void adminsSeeTheProviders() throws Exception {
    JsonArray data =
        new JsonObject(page.send("GET", "/v1/providers", koff, null).body()).getJsonArray("data");

    JsonObject groq = data.getJsonObject(0);
    assertEquals("down", groq.getString("state"));
    JsonObject model = groq.getJsonArray("models").getJsonObject(0);
    assertEquals("open", model.getString("circuit"));
    assertEquals(4_000, model.getInteger("retry_in_ms"));
    assertEquals("HTTP 500", model.getString("cause"));
    assertEquals("2026-11-21T10:00:00Z", model.getString("last_success"));
    assertEquals(120, model.getJsonArray("quotas").getJsonObject(0).getInteger("remaining"));
    assertEquals("unconfigured", data.getJsonObject(1).getString("state"));
  }

  @Test
  void thePageMayLoadNothingFromElsewhereAndItsFilesAreKept() throws Exception {
    HttpResponse<String> index = page.send(page.to("/"));

    assertEquals(200, index.statusCode());
    String policy = index.headers().firstValue("content-security-policy").orElse("");
    assertTrue(policy.contains("default-src 'none'"), policy);
    assertTrue(policy.contains("frame-ancestors 'none'"), policy);
    assertFalse(policy.contains("unsafe"), policy);
    assertEquals("nosniff", index.headers().firstValue("x-content-type-options").orElse(""));
    assertEquals("no-referrer", index.headers().firstValue("referrer-policy").orElse(""));
    assertEquals("no-cache", index.headers().firstValue("cache-control").orElse(""));
    String tag = index.headers().firstValue("etag").orElseThrow();
    assertEquals(304, page.send(page.to("/").header("If-None-Match", tag)).statusCode());

    String assets = "/assets/" + tag.replace("\"", "") + "/";
    assertTrue(index.body().contains(assets + "app.js"), index.body());
    HttpResponse<String> script = page.send(page.to(assets + "app.js"));
    assertEquals(200, script.statusCode());
    assertEquals(
        "public, max-age=31536000, immutable",
        script.headers().firstValue("cache-control").orElse(""));
    assertEquals(
        "text/javascript; charset=utf-8", script.headers().firstValue("content-type").orElse(""));
    assertEquals(404, page.send(page.to("/assets/old/app.js")).statusCode());
    assertEquals(404, page.send(page.to(assets + "..%2findex.html")).statusCode());
  }

  private static int rpm(String body) {
    return new JsonObject(body).getJsonObject("limits").getInteger("rpm");
  }

  private static HttpResponse<String> chat(String key) throws Exception {
    return page.send("POST", RunningPage.CHAT, key, new JsonObject());
  }

  private static List<String> names(HttpResponse<String> list) {
    return new JsonObject(list.body())
        .getJsonArray("data").stream()
            .map(JsonObject.class::cast)
            .map(key -> key.getString("tenant") + "." + key.getString("name"))
            .toList();
  }
}
