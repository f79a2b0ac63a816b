package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.cache.AnswerCache;
import io.ruche.aiproxy.cache.CachedRoute;
import io.ruche.aiproxy.cache.Found;
import io.ruche.aiproxy.cache.Hit;
import io.ruche.aiproxy.cache.Lease;
import io.ruche.aiproxy.cache.Question;
import io.ruche.aiproxy.guard.Guard;
import io.ruche.aiproxy.guard.Guarded;
import io.ruche.aiproxy.ledger.Ledger;
import io.ruche.aiproxy.ledger.entry.Entry;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.limits.Allowances;
import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.limits.Need;
import io.ruche.aiproxy.operation.JsonRequest;
import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.telemetry.Telemetry;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Transfer;
import io.ruche.aiproxy.usage.Usage;
import io.ruche.auth.ApiKey;
import io.ruche.bus.envelope.Ulid;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests in, each under its key's limits and with a row of its own in the ledger. One for
 * each event loop.
 */
public final class Gateway {

  /** A command waits within its admission, which has a bound of its own. */
  private static final long SECONDS_A_DAY = 86_400;

  private static final Duration PATIENCE_OF_COMMANDS = Duration.ofSeconds(20);

  /** An answer that was kept takes a request of the limits, and nothing else. */
  private static final Need ONE_REQUEST = new Need(0, 0);

  private final Supplier<Terms> terms;
  private final Guard guard;
  private final Allowances allowances;
  private final Ledger ledger;
  private final Dispatcher dispatcher;
  private final AnswerCache cache;
  private final Telemetry telemetry;
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
      Guard guard,
      Allowances allowances,
      Ledger ledger,
      Dispatcher dispatcher,
      AnswerCache cache,
      Telemetry telemetry,
      Clock clock) {
    this.terms = terms;
    this.guard = guard;
    this.allowances = allowances;
    this.ledger = ledger;
    this.dispatcher = dispatcher;
    this.cache = cache;
    this.telemetry = telemetry;
    this.clock = clock;
  }

  /** Whether any route keeps answers, so that what a request says of caches means something. */
  public boolean keepsAnswers() {
    return !terms.get().caches().isEmpty();
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

  /**
   * Checks the request and reserves what it may use. Fails with a {@link Failure}: 429 when a limit
   * is used up, 403 for a model that the key may not ask for or that its budget cannot be held to,
   * 400 for more tokens than it may have, 503 when limits or ledger cannot tell.
   */
  public Future<Admitted> admit(Ask asked) {
    Terms inForce = terms.get();
    Guarded guarded;
    try {
      guarded = guard.check(inForce.guard(), inForce.catalog(), asked.key(), asked.request());
    } catch (Failure refusal) {
      return Future.failedFuture(refusal);
    }
    Intake intake = intake(guarded == null ? asked : asked.as(guarded), guarded, inForce);
    Target unpriced = allowances.holdsMoney(asked.key()) ? intake.tariff().unpriced() : null;
    if (unpriced != null) {
      return Future.failedFuture(LimitFailures.withoutPrice(unpriced));
    }
    JsonRequest chat = chat(intake.ask().request());
    CachedRoute route = chat == null ? null : inForce.cache(chat.model());
    return chat == null || route == null
        ? allowances
            .reserve(asked.key(), intake.need())
            .map(decision -> begun(intake, intake.need(), granted(decision), null))
        : look(intake.ask(), chat, route, inForce.catalog().attempts().within())
            .compose(looked -> decided(intake, looked));
  }

  /**
   * Holds that the key may hand requests to a provider that nobody here reads, as those of a batch.
   *
   * @throws Failure 403 when its requests are to be checked or redacted, or when their tokens or
   *     their cost are limited
   */
  public void requireUnread(ApiKey key) {
    String why =
        terms.get().guard().reads(key)
            ? "models, maxima of tokens or redaction are set for it"
            : allowances.holdsUse(key) ? "it has a limit of tokens or a budget" : null;
    if (why != null) {
      throw Failure.of(
          403,
          "batch_not_allowed",
          "The key may not make files and batches",
          "The requests of a batch go to the provider unread, and the key '"
              + key.name()
              + "' may not send such: "
              + why
              + ", or for its tenant. Send them one by one, or use a key and tenant without.");
    }
  }

  /** Begins the row of a batch that is about to be made; fails as {@link Ledger#begin} does. */
  public BatchRow batch(ApiKey key) {
    return BatchRow.begin(ledger, clock, key);
  }

  private Intake intake(Ask ask, @Nullable Guarded guarded, Terms inForce) {
    Instant now = clock.instant();
    Route route = inForce.catalog().route(ask.request().model());
    Tariff tariff =
        new Tariff(inForce.prices(), route, Math.floorDiv(now.getEpochSecond(), SECONDS_A_DAY));
    Usage most = ask.request().most(inForce.reservedOutput(), route);
    return new Intake(
        ask, guarded, inForce.catalog(), tariff, most, tariff.need(most), now, System.nanoTime());
  }

  /** Answers of other operations are not kept. */
  private static @Nullable JsonRequest chat(ModelRequest request) {
    return request instanceof JsonRequest json && json.operation() == Operation.CHAT ? json : null;
  }

  /** What the cache has for a request, which has taken its part of the limits of requests. */
  private record Looked(Decision.Granted request, Found found) {}

  /** A key that may ask no more is told so before it waits for anything. */
  private Future<Looked> look(Ask ask, JsonRequest chat, CachedRoute route, Duration within) {
    Question question =
        new Question(
            ask.key().tenant(),
            chat.body(),
            chat.stream(),
            ask.cache(),
            ask.source() == Source.HTTP ? within : PATIENCE_OF_COMMANDS,
            (body, reader) -> embed(ask, body, reader));
    return allowances
        .reserve(ask.key(), ONE_REQUEST)
        .map(Gateway::granted)
        .compose(
            one ->
                found(route, question)
                    .map(found -> new Looked(one, found))
                    .onFailure(fault -> one.reservation().cancel()));
  }

  /**
   * An embedding of a part of a request: its tokens and its cost are the asking key's, with a row
   * of their own; a request it is not, for that counts already. Fails as {@link #admit} does.
   */
  private Future<Transfer> embed(Ask asking, Buffer body, Reader reader) {
    JsonRequest request = JsonRequest.read(Operation.EMBEDDINGS, body);
    Ask ask = new Ask(asking.key(), asking.source(), asking.commandId(), request);
    Intake intake = intake(ask, null, terms.get());
    Target unpriced = allowances.holdsMoney(ask.key()) ? intake.tariff().unpriced() : null;
    if (unpriced != null) {
      return Future.failedFuture(LimitFailures.withoutPrice(unpriced));
    }
    Need need = intake.need().withoutRequest();
    return allowances
        .reserve(ask.key(), need)
        .map(decision -> begun(intake, need, granted(decision), null).send(reader));
  }

  private Future<Found> found(CachedRoute route, Question question) {
    try {
      return cache.look(route, question);
    } catch (RuntimeException fault) {
      return Future.failedFuture(fault);
    }
  }

  private Future<Admitted> decided(Intake intake, Looked looked) {
    return switch (looked.found()) {
      case Hit hit -> Future.succeededFuture(begun(intake, ONE_REQUEST, looked.request(), hit));
      case Lease lease -> {
        looked.request().reservation().cancel();
        yield allowances
            .reserve(intake.ask().key(), intake.need())
            .map(decision -> begun(intake, intake.need(), granted(decision), lease))
            .onFailure(
                refused -> {
                  lease.left();
                  countLook(intake.ask().key());
                });
      }
    };
  }

  /** A look may have cost an embedding, so it counts as a request although nothing came of it. */
  private void countLook(ApiKey key) {
    allowances
        .reserve(key, ONE_REQUEST)
        .onSuccess(
            decision -> {
              if (decision instanceof Decision.Granted granted) {
                granted.reservation().settle(0, 0);
              }
            });
  }

  private static Decision.Granted granted(Decision decision) {
    return switch (decision) {
      case Decision.Granted granted -> granted;
      case Decision.Refused refused -> throw LimitFailures.of(refused);
      case Decision.Unavailable unavailable -> throw LimitFailures.of(unavailable);
    };
  }

  private Admitted begun(
      Intake intake, Need reserved, Decision.Granted granted, @Nullable Found found) {
    try {
      Start start = start(intake, reserved);
      Entry entry = ledger.begin(start);
      return new Admitted(dispatcher, telemetry, intake, granted, start, entry, found);
    } catch (Failure full) {
      granted.reservation().cancel();
      throw full;
    }
  }

  private static Start start(Intake intake, Need reserved) {
    Ask ask = intake.ask();
    Usage most = reserved.tokens() == 0 ? Usage.NONE : intake.most();
    return new Start(
        Ulid.next(),
        intake.at(),
        ask.key().tenant(),
        ask.key().name(),
        ask.source(),
        ask.commandId(),
        ask.request().operation().word(),
        ask.request().model(),
        ask.request().stream(),
        most.input(),
        most.output(),
        reserved.costNanos());
  }
}
