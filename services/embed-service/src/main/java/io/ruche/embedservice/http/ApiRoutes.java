package io.ruche.embedservice.http;

import io.ruche.auth.KeyRing;
import io.ruche.auth.RateLimiter;
import io.ruche.auth.Scope;
import io.ruche.auth.web.KeyHandler;
import io.ruche.auth.web.RateLimitHandler;
import io.ruche.bus.Bus;
import io.ruche.embedservice.events.DeleteHandler;
import io.ruche.embedservice.events.IndexHandler;
import io.ruche.embedservice.events.ReembedHandler;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.Uploads;
import io.ruche.embedservice.query.Searching;
import io.ruche.embedservice.registry.CollectionTable;
import io.ruche.embedservice.registry.DocumentTable;
import io.ruche.embedservice.registry.Leftovers;
import io.ruche.embedservice.registry.ProgressTable;
import io.ruche.http.HttpApi;
import io.ruche.http.Routes;
import io.ruche.http.openapi.OpenApi;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Function;

/** Documents, jobs and search, behind a key with the scope {@code documents}. */
public final class ApiRoutes implements HttpApi.Endpoints {

  private static final int MOST_JSON = 4 << 20;
  private static final int MOST_QUERY = 256 << 10;
  private static final String COLLECTION = "/v1/collections/{collection}";
  private static final String DOCUMENT = COLLECTION + "/documents/{id}";

  private final OpenApi contract;
  private final KeyHandler key;
  private final RateLimitHandler limit;
  private final CommandPost post;
  private final Jobs jobs;
  private final JobHandler job;
  private final PutHandler put;
  private final DocumentHandlers look;
  private final SearchHandler search;
  private final Handler<RoutingContext> answer;

  /** What is known of documents. */
  public record Registry(
      CollectionTable collections,
      DocumentTable documents,
      Leftovers leftovers,
      ProgressTable progress) {}

  /**
   * @param refresh completes once searches of a collection see all that was indexed before
   * @param answer answers a question; its body was checked by the contract
   */
  public ApiRoutes(
      Vertx vertx,
      OpenApi contract,
      KeyRing keys,
      RateLimiter limiter,
      Bus bus,
      Registry registry,
      Uploads uploads,
      Searching searching,
      Function<Space, Future<Void>> refresh,
      Handler<RoutingContext> answer) {
    this.contract = contract;
    this.key = new KeyHandler(keys, Scope.DOCUMENTS);
    this.limit = new RateLimitHandler(limiter);
    this.post = new CommandPost(bus);
    this.jobs =
        new Jobs(
            vertx,
            bus,
            registry.progress(),
            List.of(IndexHandler.NAME, DeleteHandler.NAME, ReembedHandler.NAME));
    this.job = new JobHandler(jobs);
    this.put = new PutHandler(post, job, uploads, registry.documents(), registry.leftovers());
    this.look = new DocumentHandlers(post, job, registry.documents(), registry.collections());
    this.search = new SearchHandler(searching, refresh, jobs);
    this.answer = answer;
  }

  @Override
  public void addTo(Routes routes) {
    Handler<RoutingContext> json = routes.body(MOST_JSON);
    add(routes, HttpMethod.GET, "/v1/collections", look::collections);
    command(routes, HttpMethod.DELETE, COLLECTION, look::delete);
    add(routes, HttpMethod.GET, COLLECTION + "/documents", look::list);
    routes.on(
        HttpMethod.PUT,
        DOCUMENT,
        key,
        ctx -> {
          if (PutHandler.isJson(ctx)) {
            json.handle(ctx);
          } else {
            ctx.next();
          }
        },
        contract.guard(HttpMethod.PUT, DOCUMENT),
        put);
    add(routes, HttpMethod.GET, DOCUMENT, look::get);
    command(routes, HttpMethod.DELETE, DOCUMENT, look::delete);
    add(routes, HttpMethod.GET, DOCUMENT + "/text", look::text);
    withBody(routes, COLLECTION + "/search", search);
    withBody(routes, "/v1/answer", answer);
    command(routes, HttpMethod.POST, COLLECTION + "/reindex", this::reindex);
    add(routes, HttpMethod.GET, "/v1/jobs/{id}", job);
  }

  private void add(Routes routes, HttpMethod method, String path, Handler<RoutingContext> handler) {
    routes.on(method, path, key, limit, contract.guard(method, path), handler);
  }

  /** The key's limit is taken from when the command runs, as for MQTT. */
  private void command(
      Routes routes, HttpMethod method, String path, Handler<RoutingContext> handler) {
    routes.on(method, path, key, contract.guard(method, path), handler);
  }

  private void withBody(Routes routes, String path, Handler<RoutingContext> handler) {
    routes.on(
        HttpMethod.POST,
        path,
        key,
        limit,
        routes.body(MOST_QUERY),
        contract.guard(HttpMethod.POST, path),
        handler);
  }

  private void reindex(RoutingContext ctx) {
    Space space = DocumentHandlers.space(ctx);
    JsonObject payload = new JsonObject().put("collection", space.collection());
    post.post(ctx, ReembedHandler.NAME, CommandPost.id(ctx), null, payload)
        .onSuccess(
            receipt ->
                job.accepted(ctx, receipt, new JsonObject().put("collection", space.collection())))
        .onFailure(ctx::fail);
  }
}
