package io.ruche.aiproxy.http.page;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyRing;
import io.ruche.auth.KeyStore.Creation;
import io.ruche.auth.Scope;
import io.ruche.auth.admin.KeyRoutes;
import io.ruche.auth.limits.Limits;
import io.ruche.auth.web.KeyHandler;
import io.ruche.auth.web.PagesConfig;
import io.ruche.auth.web.SessionRoutes;
import io.ruche.auth.web.Sessions;
import io.ruche.http.HttpApi;
import io.ruche.http.Routes;
import io.ruche.http.RunningApi;
import io.ruche.http.openapi.OpenApi;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.ruche.testing.RunningKeys;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The page's routes on real stores, and {@code /v1/chat/completions} that tells who asks and how
 * long the body was.
 */
final class RunningPage implements AutoCloseable {

  static final String CHAT = "/v1/chat/completions";

  final RedisProcess redis = RedisProcess.start();
  private final PostgresProcess server = PostgresProcess.start();
  private final Vertx vertx = Vertx.vertx();
  private final RunningKeys running;
  private final RunningApi api;
  private final HttpClient client = HttpClient.newHttpClient();

  RunningPage(PagesConfig config, List<ProviderState> providers) throws Exception {
    running = RunningKeys.start(vertx, server.url("postgres"), redis.url());
    KeyRing ring = running.ring();
    OpenApi contract = OpenApi.load("openapi/ai-proxy.yaml");
    SessionRoutes sessions =
        new SessionRoutes(
            new Sessions(running.hot(), config.sessionIdle()), ring, contract, config);
    KeyRoutes keys = new KeyRoutes(running.store(), ring, contract, "local");
    PageRoutes page = new PageRoutes(keys, ring, () -> providers);
    HttpApi.Endpoints endpoints =
        routes -> {
          sessions.addTo(routes);
          chat(routes);
          page.addTo(routes);
        };
    api = new RunningApi(endpoints);
  }

  private void chat(Routes routes) {
    routes.on(
        HttpMethod.POST,
        CHAT,
        new KeyHandler(running.ring(), Scope.AI),
        routes.body(),
        RunningPage::tell);
  }

  private static void tell(RoutingContext ctx) {
    Buffer body = ctx.body().buffer();
    ctx.end(KeyHandler.keyOf(ctx).mqttUser() + " " + (body == null ? 0 : body.length()));
  }

  /** Makes a key and answers its text. */
  String key(String tenant, String name, Scope... scopes) throws Exception {
    return key(tenant, name, null, scopes);
  }

  String key(String tenant, String name, @Nullable Instant expires, Scope... scopes)
      throws Exception {
    KeyRequest request =
        new KeyRequest(tenant, name, ApiKey.Kind.CLIENT, Set.of(scopes), Limits.NONE, expires);
    Creation made = running.store().create(request).await(5, TimeUnit.SECONDS);
    return ((Creation.Created) made).plain().value();
  }

  void revoke(String tenant, String name) throws Exception {
    running.ring().revoke(tenant, name).await(5, TimeUnit.SECONDS);
  }

  int port() {
    return api.port();
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
        .timeout(Duration.ofSeconds(10));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** A request of a program. */
  HttpResponse<String> send(String method, String path, String key, @Nullable JsonObject body)
      throws Exception {
    return send(
        to(path)
            .header("Authorization", "Bearer " + key)
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode())));
  }

  HttpResponse<String> post(JsonObject key, String... headers) throws Exception {
    HttpRequest.Builder request =
        to("/session")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(key.encode()));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  HttpResponse<String> signIn(String key, String... headers) throws Exception {
    return post(new JsonObject().put("key", key), headers);
  }

  /** What a browser sends back of an answer's cookie. */
  static String cookie(HttpResponse<String> answer) {
    String set = answer.headers().firstValue("set-cookie").orElseThrow();
    return set.substring(0, set.indexOf(';'));
  }

  static String csrf(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getString("csrf_token");
  }

  @Override
  public void close() throws IOException, TimeoutException {
    api.close();
    running.close();
    vertx.close().await(5, TimeUnit.SECONDS);
    redis.close();
    server.close();
    client.shutdownNow();
  }
}
