package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.cache.AnswerCache;
import io.ruche.aiproxy.cache.CachedRoute;
import io.ruche.aiproxy.cache.Found;
import io.ruche.aiproxy.cache.Hit;
import io.ruche.aiproxy.cache.Lease;
import io.ruche.aiproxy.cache.Question;
import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.ledger.entry.Entry;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.limits.Allowances;
import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.limits.Need;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.upstream.ChatRequest;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.bus.envelope.Ulid;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests in, each under its key's limits and with a row of its own in the ledger. One for
 * each event loop.
 */
public final class Gateway {

  /** A command waits within its admission, which has a bound of its own. */
  private static final Duration PATIENCE_OF_COMMANDS = Duration.ofSeconds(20);

  /** An answer that was kept takes a request of the limits, and nothing else. */
  private static final Need ONE_REQUEST = new Need(0, 0);

  private final Supplier<Terms> terms;
  private final Allowances allowances;
  private final Ledger ledger;
  private final Dispatcher dispatcher;
  private final AnswerCache cache;
  private final Clock clock;

  /**
   * A gateway.
   *
   * @param terms gives those in force
   * @param dispatcher of the event loop that sends what is admitted
   * @param cache of the process, for the routes that keep answers
   */
  public Gateway(
      Supplier<Terms> terms,
      Allowances allowances,
      Ledger ledger,
      Dispatcher dispatcher,
      AnswerCache cache,
      Clock clock) {
    this.terms = terms;
    this.allowances = allowances;
    this.ledger = ledger;
    this.dispatcher = dispatcher;
    this.cache = cache;
    this.clock = clock;
  }

  /** Whether any route keeps answers, so that what a request says of caches means something. */
  public boolean keepsAnswers() {
    return !terms.get().caches().isEmpty();
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
    CachedRoute route = inForce.cache(request.model());
    return route == null
        ? allowances
            .reserve(ask.key(), need)
            .map(
                decision ->
                    begun(
                        ask, tariff, need, output, now, granted(decision), null, System.nanoTime()))
        : look(ask, route, inForce.catalog().attempts().within())
            .compose(looked -> decided(ask, tariff, need, output, now, looked));
  }

  /** What the cache has for a request, which has taken its part of the limits of requests. */
  private record Looked(Decision.Granted request, Found found, long beganNanos) {}

  /** A key that may ask no more is told so before it waits for anything. */
  private Future<Looked> look(Ask ask, CachedRoute route, Duration within) {
    long began = System.nanoTime();
    Question question =
        new Question(
            ask.key().tenant(),
            ask.body(),
            ask.request().stream(),
            ask.cache(),
            ask.source() == Source.HTTP ? within : PATIENCE_OF_COMMANDS,
            dispatcher);
    return allowances
        .reserve(ask.key(), ONE_REQUEST)
        .map(Gateway::granted)
        .compose(
            one ->
                cache
                    .look(route, question)
                    .map(found -> new Looked(one, found, began))
                    .onFailure(fault -> one.reservation().cancel()));
  }

  private Future<Admitted> decided(
      Ask ask, Tariff tariff, Need need, long output, Instant now, Looked looked) {
    return switch (looked.found()) {
      case Hit hit ->
          Future.succeededFuture(
              begun(ask, tariff, ONE_REQUEST, 0, now, looked.request(), hit, looked.beganNanos()));
      case Lease lease -> {
        looked.request().reservation().cancel();
        yield allowances
            .reserve(ask.key(), need)
            .map(
                decision ->
                    begun(
                        ask,
                        tariff,
                        need,
                        output,
                        now,
                        granted(decision),
                        lease,
                        looked.beganNanos()))
            .onFailure(refused -> lease.left());
      }
    };
  }

  private static Decision.Granted granted(Decision decision) {
    return switch (decision) {
      case Decision.Granted granted -> granted;
      case Decision.Refused refused -> throw LimitFailures.of(refused);
      case Decision.Unavailable unavailable -> throw LimitFailures.of(unavailable);
    };
  }

  private Admitted begun(
      Ask ask,
      Tariff tariff,
      Need need,
      long output,
      Instant now,
      Decision.Granted granted,
      @Nullable Found found,
      long beganNanos) {
    try {
      Entry entry = ledger.begin(start(ask, need, output, now));
      return new Admitted(dispatcher, ask, tariff, granted, entry, found, beganNanos);
    } catch (Failure full) {
      granted.reservation().cancel();
      throw full;
    }
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
