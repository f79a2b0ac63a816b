package io.ruche.aiproxy.http.usage;

import io.ruche.aiproxy.ledger.report.UsageQuery;
import io.ruche.aiproxy.ledger.report.UsageReport;
import io.ruche.auth.KeyRing;
import io.ruche.auth.Scope;
import io.ruche.auth.web.KeyHandler;
import io.ruche.http.HttpApi;
import io.ruche.http.Routes;
import io.ruche.http.openapi.OpenApi;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.function.Function;

/** {@code GET /v1/usage}, behind a key with the scope {@code ai} or {@code admin}. */
public final class UsageRoutes implements HttpApi.Endpoints {

  private static final String PATH = "/v1/usage";
  private static final String JSON = "application/json";
  private static final String CSV = "text/csv";

  private final OpenApi contract;
  private final Function<UsageQuery, Future<UsageReport>> usage;
  private final KeyHandler key;
  private final UsageParameters parameters;

  /**
   * @param operator the tenant whose admin keys see every tenant
   */
  public UsageRoutes(
      OpenApi contract,
      Function<UsageQuery, Future<UsageReport>> usage,
      KeyRing keys,
      String operator) {
    this.contract = contract;
    this.usage = usage;
    this.key = new KeyHandler(keys, Scope.AI, Scope.ADMIN);
    this.parameters = new UsageParameters(operator, Clock.systemUTC());
  }

  @Override
  public void addTo(Routes routes) {
    routes.on(HttpMethod.GET, PATH, key, contract.guard(HttpMethod.GET, PATH), this::answer);
  }

  private void answer(RoutingContext ctx) {
    UsageQuery query = parameters.read(ctx.queryParams(), KeyHandler.keyOf(ctx));
    boolean csv = wantsCsv(ctx);
    usage
        .apply(query)
        .onComplete(
            answer -> {
              if (answer.failed()) {
                ctx.fail(answer.cause());
              } else {
                send(ctx.response(), answer.result(), csv);
              }
            });
  }

  private static boolean wantsCsv(RoutingContext ctx) {
    String format = ctx.queryParams().get("format");
    if (format != null) {
      return format.equals("csv");
    }
    return ctx.parsedHeaders().accept().stream()
        .findFirst()
        .filter(first -> CSV.equals(first.component() + "/" + first.subComponent()))
        .isPresent();
  }

  private static void send(HttpServerResponse response, UsageReport report, boolean csv) {
    response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store").putHeader(HttpHeaders.VARY, "Accept");
    if (csv) {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, CSV + "; charset=utf-8; header=present")
          .putHeader(
              HttpHeaders.CONTENT_DISPOSITION,
              "attachment; filename=\"usage-%s-%s.csv\""
                  .formatted(report.query().from(), report.query().to()))
          .end(UsageCsv.of(report));
    } else {
      response.putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(UsageJson.of(report));
    }
  }
}
