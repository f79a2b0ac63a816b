package io.ruche.aiproxy.http.usage;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.ledger.LedgerSite;
import io.ruche.aiproxy.ledger.Samples;
import io.ruche.auth.ApiKey;
import io.ruche.auth.BrokerAccounts;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyRing;
import io.ruche.auth.KeyStore;
import io.ruche.auth.KeyStore.Creation;
import io.ruche.auth.KeysConfig;
import io.ruche.auth.RedisRevocations;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import io.ruche.http.RunningApi;
import io.ruche.http.openai.OpenAiErrors;
import io.ruche.http.openapi.OpenApi;
import io.ruche.lifecycle.Dependency.State;
import io.ruche.store.RedisLink;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.ruche.testing.TestFolder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UsageIT {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String NOVEMBER = "from=2026-11-01&to=2026-11-30";

  private static PostgresProcess server;
  private static RedisProcess redis;
  private static LedgerSite site;
  private static RedisLink hot;
  private static KeyRing ring;
  private static RunningApi api;
  private static Path folder;
  private static String app;
  private static String other;
  private static String admin;
  private static String operator;
  private static String games;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresProcess.start();
    redis = RedisProcess.start();
    folder = TestFolder.make("usage");
    site = LedgerSite.start(server.url("postgres"), folder);
    hot = new RedisLink(site.vertx(), site.vertx().getOrCreateContext(), "hot", redis.url());
    RedisRevocations board = new RedisRevocations(hot);
    KeyStore keys = new KeyStore(site.postgres(), board, BrokerAccounts.NONE);
    ring = new KeyRing(site.vertx(), keys, board, KeysConfig.defaults());
    hot.start().await(5, TimeUnit.SECONDS);
    ring.start().await(5, TimeUnit.SECONDS);
    await().atMost(Duration.ofSeconds(30)).until(() -> ring.state().state() == State.UP);
    app = create(keys, "koff", "app", Scope.AI);
    other = create(keys, "koff", "other", Scope.AI);
    admin = create(keys, "koff", "boss", Scope.ADMIN);
    operator = create(keys, "local", "operator", Scope.ADMIN);
    games = create(keys, "koff", "games", Scope.GAMES);
    OpenApi contract = OpenApi.load("openapi/ai-proxy.yaml");
    UsageRoutes usage = new UsageRoutes(contract, site.ledger()::usage, ring, "local");
    api =
        new RunningApi(
            routes -> {
              routes.failuresBelow("/v1/", new OpenAiErrors());
              usage.addTo(routes);
            });
    record("1", "koff", "app", "llama", "2026-11-20T09:59:59.999999Z", 1);
    record("2", "koff", "app", "llama", "2026-11-20T23:30:00Z", 1_500_000_000);
    record("3", "koff", "app", "=cmd|'/c calc'!A1,\"x\"", "2026-11-21T10:00:00Z", 0);
    record("4", "koff", "other", "llama", "2026-11-21T10:00:00Z", 250_000_000);
    record("5", "azoth", "n8n", "whisper", "2026-11-30T23:59:59Z", 7_000);
    record("6", "koff", "app", "llama", "2026-12-01T00:00:00Z", 9);
    site.ledger()
        .begin(Samples.start("7", "koff", "app", "llama", Instant.EPOCH))
        .end(Samples.start("7").interrupted());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> server.read("postgres", "SELECT sum(requests) FROM ruche_ai.usage").equals("7"));
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
    ring.stop().await(5, TimeUnit.SECONDS);
    hot.stop().await(5, TimeUnit.SECONDS);
    site.close();
    redis.close();
    server.close();
  }

  @Test
  void sumsByWhatIsAskedFor() throws Exception {
    assertEquals(
        new JsonObject(
            """
            {"object": "usage", "from": "2026-11-01", "to": "2026-11-30", "zone": "UTC",
             "group": ["day", "key"],
             "data": [
               {"day": "2026-11-20", "key": "app", "requests": 2, "estimated_requests": 0,
                "input_tokens": 24, "cached_tokens": 8, "output_tokens": 68,
                "cost_usd": "1.500000001"},
               {"day": "2026-11-21", "key": "app", "requests": 1, "estimated_requests": 0,
                "input_tokens": 12, "cached_tokens": 4, "output_tokens": 34, "cost_usd": "0"},
               {"day": "2026-11-21", "key": "other", "requests": 1, "estimated_requests": 0,
                "input_tokens": 12, "cached_tokens": 4, "output_tokens": 34, "cost_usd": "0.25"}],
             "total": {"requests": 4, "estimated_requests": 0, "input_tokens": 48,
                "cached_tokens": 16, "output_tokens": 136, "cost_usd": "1.750000001"}}
            """),
        json(admin, NOVEMBER + "&group=key,day"));
  }

  @Test
  void countsDaysInTheZoneThatIsAskedFor() throws Exception {
    JsonObject paris = json(app, NOVEMBER + "&group=day&zone=Europe/Paris&model=llama");

    assertEquals("Europe/Paris", paris.getString("zone"));
    JsonArray data = paris.getJsonArray("data");
    assertEquals(2, data.size());
    assertEquals("2026-11-20", data.getJsonObject(0).getString("day"));
    assertEquals("2026-11-21", data.getJsonObject(1).getString("day"));
    assertEquals("1.5", data.getJsonObject(1).getString("cost_usd"));
  }

  @Test
  void answersCsvThatNoSpreadsheetRuns() throws Exception {
    String golden =
        """
        day,model,requests,estimated_requests,input_tokens,cached_tokens,output_tokens,cost_usd
        2026-11-20,llama,2,0,24,8,68,1.500000001
        2026-11-21,"'=cmd|'/c calc'!A1,""x""\",1,0,12,4,34,0
        """
            .replace("\n", "\r\n");
    HttpResponse<String> asked = get(app, NOVEMBER + "&group=day,model&format=csv");

    assertEquals(200, asked.statusCode(), asked.body());
    assertEquals(golden, asked.body());
    assertEquals(
        "text/csv; charset=utf-8; header=present",
        asked.headers().firstValue("content-type").orElse(""));
    assertEquals(
        "attachment; filename=\"usage-2026-11-01-2026-11-30.csv\"",
        asked.headers().firstValue("content-disposition").orElse(""));
    assertEquals(golden, accepting(app, NOVEMBER + "&group=day,model", "text/csv").body());
    assertTrue(accepting(app, NOVEMBER + "&format=json", "text/csv").body().startsWith("{"));
  }

  @Test
  void aKeySeesItsOwnUsageOnly() throws Exception {
    assertEquals(3, requests(app, NOVEMBER));
    assertEquals(1, requests(other, NOVEMBER + "&key=other&tenant=koff"));
    assertRefused(403, "key", get(app, NOVEMBER + "&key=other"));
    assertRefused(403, "tenant", get(app, NOVEMBER + "&tenant=azoth"));
  }

  @Test
  void anAdminKeySeesItsTenantAndTheOperatorsEveryTenant() throws Exception {
    assertEquals(4, requests(admin, NOVEMBER));
    assertEquals(1, requests(admin, NOVEMBER + "&key=other"));
    assertRefused(403, "tenant", get(admin, NOVEMBER + "&tenant=azoth"));
    assertEquals(5, requests(operator, NOVEMBER));
    assertEquals(1, requests(operator, NOVEMBER + "&tenant=azoth"));
  }

  @Test
  void tellsEstimatesApart() throws Exception {
    JsonObject total = json(app, "from=1970-01-01&to=1970-01-01").getJsonObject("total");

    assertEquals(1, total.getInteger("estimated_requests"));
    assertEquals("0.00006", total.getString("cost_usd"));
  }

  @Test
  void anEmptyRangeIsZero() throws Exception {
    JsonObject report = json(app, "from=2020-01-01&to=2020-01-31&group=day");

    assertEquals(new JsonArray(), report.getJsonArray("data"));
    assertEquals("0", report.getJsonObject("total").getString("cost_usd"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "from=yesterday | from",
        "from=2026-02-30 | from",
        "to=2026-13-01 | to",
        "from=2026-11-02&to=2026-11-01 | to",
        "from=2025-01-01&to=2026-11-01 | to",
        "group=day,month | group",
        "zone=UTC%2B2 | zone",
        "zone=Mars/Base | zone",
        "format=xml | format",
        "tenant=A%20B | tenant",
        "from=2026-11-01&from=2026-11-02 | from"
      })
  void refusesWhatMeansNothing(String query, String parameter) throws Exception {
    HttpResponse<String> answer = get(app, query);

    assertRefused(422, parameter, answer);
    JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
    assertEquals("invalid_request_error", error.getString("type"));
    assertTrue(
        String.valueOf(error.getString("param")).startsWith(parameter), error.getString("param"));
  }

  @Test
  void needsAKeyOfTheRightScope() throws Exception {
    assertEquals(401, get("rk_nothing", NOVEMBER).statusCode());
    assertRefused(403, "'ai' or 'admin'", get(games, NOVEMBER));
  }

  private static void record(
      String id, String tenant, String client, String model, String at, long nano) {
    site.ledger()
        .begin(Samples.start(id, tenant, client, model, Instant.parse(at)))
        .end(Samples.end(nano));
  }

  private static String create(KeyStore keys, String tenant, String name, Scope scope)
      throws Exception {
    KeyRequest request =
        new KeyRequest(tenant, name, ApiKey.Kind.CLIENT, Set.of(scope), Limits.NONE, null);
    Creation made = keys.create(request).await(10, TimeUnit.SECONDS);
    return ((Creation.Created) made).plain().value();
  }

  private static void assertRefused(int status, String word, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer.body());
    String message = new JsonObject(answer.body()).getJsonObject("error").getString("message");
    assertTrue(message.contains(word), message);
  }

  private static int requests(String key, String query) throws Exception {
    return json(key, query).getJsonObject("total").getInteger("requests");
  }

  private static JsonObject json(String key, String query) throws Exception {
    HttpResponse<String> answer = get(key, query);
    assertEquals(200, answer.statusCode(), answer.body());
    return new JsonObject(answer.body());
  }

  private static HttpResponse<String> get(String key, String query) throws Exception {
    return accepting(key, query, "*/*");
  }

  private static HttpResponse<String> accepting(String key, String query, String type)
      throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + "/v1/usage?" + query))
            .header("Authorization", "Bearer " + key)
            .header("Accept", type)
            .timeout(Duration.ofSeconds(20))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
