package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.limits.Allowances;
import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.limits.Need;
import io.ruche.aiproxy.limits.Refusals;
import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.settings.Settings;
import io.ruche.aiproxy.upstream.ChatRequest;
import io.ruche.aiproxy.upstream.Upstream;
import io.ruche.bus.envelope.Ulid;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Takes requests in, each under its key's limits and with a row of its own in the ledger. One for
 * each event loop.
 */
public final class Gateway {

  private final Settings settings;
  private final Allowances allowances;
  private final Ledger ledger;
  private final Upstream upstream;
  private final Clock clock;

  public Gateway(
      Settings settings, Allowances allowances, Ledger ledger, Upstream upstream, Clock clock) {
    this.settings = settings;
    this.allowances = allowances;
    this.ledger = ledger;
    this.upstream = upstream;
    this.clock = clock;
  }

  /**
   * Reserves what the request may use. Fails with a {@link Failure}: 429 when a limit is used up,
   * 403 for a model that the key's budget cannot be held to, 503 when limits or ledger cannot tell.
   */
  public Future<Admission> admit(Ask ask) {
    Instant now = clock.instant();
    ChatRequest request = ask.request();
    Route route = settings.current().catalog().route(request.model());
    Tariff tariff =
        new Tariff(
            settings.current().prices(), route, LocalDate.ofInstant(now, ZoneOffset.UTC));
    Target unpriced = ask.key().limits().hasBudget() ? tariff.unpriced() : null;
    if (unpriced != null) {
      return Future.failedFuture(withoutPrice(ask, unpriced));
    }
    long output = request.mostOutput(settings.current().reservedOutput());
    Need need = tariff.need(request.inputTokens(), output);
    return allowances
        .reserve(ask.key(), need)
        .map(decision -> decided(ask, route, tariff, need, output, now, decision));
  }

  private Admission decided(
      Ask ask,
      Route route,
      Tariff tariff,
      Need need,
      long output,
      Instant now,
      Decision decision) {
    return switch (decision) {
      case Decision.Granted granted -> {
        try {
          yield new Admission(
              upstream, ask, route, tariff, granted, ledger.begin(start(ask, need, output, now)));
        } catch (Failure full) {
          granted.reservation().cancel();
          throw full;
        }
      }
      case Decision.Refused refused -> throw Refusals.of(ask.key(), refused);
      case Decision.Unavailable unavailable -> throw Refusals.of(unavailable);
    };
  }

  private static Start start(Ask ask, Need need, long output, Instant now) {
    return new Start(
        Ulid.next(),
        now,
        ask.key().tenant(),
        ask.key().name(),
        ask.source(),
        ask.commandId(),
        "chat",
        ask.request().model(),
        ask.request().stream(),
        need.tokens() - output,
        output,
        need.costNanos());
  }

  private static Failure withoutPrice(Ask ask, Target target) {
    String detail =
        "The key has a budget, and "
            + target.provider().name()
            + "/"
            + target.model()
            + " has no price: name one in ai-proxy.yaml (prices), or ask for another model.";
    return Failure.of(403, "model_not_priced", "The model has no price", detail)
        .withFlaws(List.of(new Failure.Flaw("/model", detail)));
  }
}
