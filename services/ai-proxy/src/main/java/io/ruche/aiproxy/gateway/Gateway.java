package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.guard.Guard;
import io.ruche.aiproxy.guard.Guarded;
import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.limits.Allowances;
import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.limits.Need;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.upstream.ChatRequest;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.auth.ApiKey;
import io.ruche.bus.envelope.Ulid;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests in, each under its key's limits and with a row of its own in the ledger. One for
 * each event loop.
 */
public final class Gateway {

  private final Supplier<Terms> terms;
  private final Guard guard;
  private final Allowances allowances;
  private final Ledger ledger;
  private final Dispatcher dispatcher;
  private final Clock clock;

  /**
   * A gateway.
   *
   * @param terms gives those in force
   * @param dispatcher of the event loop that sends what is admitted
   */
  public Gateway(
      Supplier<Terms> terms,
      Guard guard,
      Allowances allowances,
      Ledger ledger,
      Dispatcher dispatcher,
      Clock clock) {
    this.terms = terms;
    this.guard = guard;
    this.allowances = allowances;
    this.ledger = ledger;
    this.dispatcher = dispatcher;
    this.clock = clock;
  }

  /**
   * Checks the request and reserves what it may use. Fails with a {@link Failure}: 429 when a limit
   * is used up, 403 for a model that the key may not ask for or that its budget cannot be held to,
   * 400 for more tokens than it may have, 503 when limits or ledger cannot tell.
   */
  public Future<Admitted> admit(Ask asked) {
    Instant now = clock.instant();
    Terms inForce = terms.get();
    Guarded guarded;
    try {
      guarded =
          guard.check(
              inForce.guard(), inForce.catalog(), asked.key(), asked.request(), asked.body());
    } catch (Failure refusal) {
      return Future.failedFuture(refusal);
    }
    Ask ask = guarded == null ? asked : asked.as(guarded);
    ChatRequest request = ask.request();
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
        .map(decision -> decided(ask, guarded, tariff, need, output, now, decision));
  }

  /** Tells which models a key may ask for; null for all. */
  public @Nullable Predicate<String> models(ApiKey key) {
    Terms inForce = terms.get();
    return guard.models(inForce.guard(), inForce.catalog(), key);
  }

  /** Fails as {@link #admit} does for a model that the key may not ask for, with a Failure. */
  public void requireModel(ApiKey key, String model) {
    Terms inForce = terms.get();
    guard.requireModel(inForce.guard(), inForce.catalog(), key, model);
  }

  private Admitted decided(
      Ask ask,
      @Nullable Guarded guarded,
      Tariff tariff,
      Need need,
      long output,
      Instant now,
      Decision decision) {
    return switch (decision) {
      case Decision.Granted granted -> {
        try {
          yield new Admitted(
              dispatcher,
              ask,
              guarded,
              tariff,
              granted,
              ledger.begin(start(ask, need, output, now)));
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
