package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.limits.Allowances;
import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.limits.Need;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.telemetry.Telemetry;
import io.ruche.aiproxy.upstream.ChatRequest;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.bus.envelope.Ulid;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;

/**
 * Takes requests in, each under its key's limits and with a row of its own in the ledger. One for
 * each event loop.
 */
public final class Gateway {

  private final Supplier<Terms> terms;
  private final Allowances allowances;
  private final Ledger ledger;
  private final Dispatcher dispatcher;
  private final Telemetry telemetry;
  private final Clock clock;

  /**
   * A gateway.
   *
   * @param terms gives those in force
   * @param dispatcher of the event loop that sends what is admitted
   */
  public Gateway(
      Supplier<Terms> terms,
      Allowances allowances,
      Ledger ledger,
      Dispatcher dispatcher,
      Telemetry telemetry,
      Clock clock) {
    this.terms = terms;
    this.allowances = allowances;
    this.ledger = ledger;
    this.dispatcher = dispatcher;
    this.telemetry = telemetry;
    this.clock = clock;
  }

  /**
   * Reserves what the request may use. Fails with a {@link Failure}: 429 when a limit is used up,
   * 403 for a model that the key's budget cannot be held to, 503 when limits or ledger cannot tell.
   */
  public Future<Admitted> admit(Ask ask) {
    Instant now = clock.instant();
    ChatRequest request = ask.request();
    Terms inForce = terms.get();
    Tariff tariff =
        new Tariff(
            inForce.prices(),
            inForce.catalog().route(request.model()),
            LocalDate.ofInstant(now, ZoneOffset.UTC));
    Target unpriced = allowances.holdsMoney(ask.key()) ? tariff.unpriced() : null;
    if (unpriced != null) {
      return Future.failedFuture(withoutPrice(unpriced));
    }
    long output = request.mostOutput(inForce.reservedOutput());
    Need need = tariff.need(request.inputTokens(), output);
    return allowances
        .reserve(ask.key(), need)
        .map(decision -> decided(ask, tariff, need, output, now, decision));
  }

  private Admitted decided(
      Ask ask, Tariff tariff, Need need, long output, Instant now, Decision decision) {
    return switch (decision) {
      case Decision.Granted granted -> {
        try {
          Start start = start(ask, need, output, now);
          yield new Admitted(
              dispatcher, ask, tariff, granted, ledger.begin(start), start, telemetry);
        } catch (Failure full) {
          granted.reservation().cancel();
          throw full;
        }
      }
      case Decision.Refused refused -> throw LimitFailures.of(refused);
      case Decision.Unavailable unavailable -> throw LimitFailures.of(unavailable);
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

  private static Failure withoutPrice(Target target) {
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
