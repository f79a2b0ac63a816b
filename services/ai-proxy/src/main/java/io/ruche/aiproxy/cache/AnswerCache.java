package io.ruche.aiproxy.cache;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.cache.Flight.Landing;
import io.ruche.aiproxy.cache.entry.AnswerStore;
import io.ruche.aiproxy.cache.entry.CanonicalRequest;
import io.ruche.aiproxy.cache.entry.Digest;
import io.ruche.aiproxy.cache.entry.KeptAnswer;
import io.ruche.aiproxy.cache.semantic.SemanticConfig;
import io.ruche.store.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds answers to requests of routes that keep them, and has one request ask for all that want the
 * same. One for a process. Thread-safe.
 */
public final class AnswerCache {

  private static final Logger LOG = LoggerFactory.getLogger(AnswerCache.class);

  /** Changes whenever what a key is made of does. */
  private static final int FORM = 1;

  private final Vertx vertx;
  private final AnswerStore store;
  private final CacheMetrics metrics;
  private final SimilarAnswers similar;
  private final Flights flights = new Flights();

  /** A cache that keeps its answers in {@code hot}. */
  public AnswerCache(Vertx vertx, RedisLink hot, MeterRegistry registry) {
    this.vertx = vertx;
    this.store = new AnswerStore(hot);
    this.metrics = new CacheMetrics(registry, flights);
    this.similar = new SimilarAnswers(vertx, hot, store, metrics);
  }

  /**
   * What there is for a request: an answer, or a lease that has to be ended. Waits for Redis as
   * long as the route says, and for another request with the same question as long as this one has
   * patience. Never fails; completes on the caller's context.
   */
  public Future<Found> look(CachedRoute route, Question question) {
    CanonicalRequest canonical =
        question.control() == CacheControl.BYPASS
            ? null
            : CanonicalRequest.read(question.body().getBytes(), route.config().ignore());
    if (canonical == null) {
      return found(route, "bypass", Lease.NOTHING);
    }
    String key = key(route, question, canonical);
    if (question.control() == CacheControl.RENEW) {
      return found(route, "bypass", new Lease("bypass", new Shelf(route, key, null, null)));
    }
    Promise<Landing> landing = Promise.promise();
    Flights.Joined joined = flights.join(key, landing);
    return joined.leads()
        ? lead(route, key, joined.flight(), canonical, question)
        : follow(route, key, joined.flight(), landing, question.patience());
  }

  private Future<Found> found(CachedRoute route, String result, Found found) {
    metrics.request(route.alias(), result);
    return Future.succeededFuture(found);
  }

  private static String key(CachedRoute route, Question question, CanonicalRequest canonical) {
    Digest digest = new Digest();
    digest
        .number(FORM)
        .text(question.tenant())
        .text(route.alias())
        .text(route.targets())
        .number(question.stream() ? 1 : 0);
    canonical.addTo(digest);
    return "{" + question.tenant() + "}:ai:cache:" + digest.end();
  }

  private Future<Found> lead(
      CachedRoute route, String key, Flight flight, CanonicalRequest canonical, Question question) {
    return Future.succeededFuture()
        .compose(begun -> ask(route, key, flight, canonical, question))
        .recover(
            fault -> {
              LOG.error("the cache of {} has a fault", route.alias(), fault);
              return found(route, "miss", lease(new Shelf(route, key, flight, null)));
            });
  }

  private Future<Found> ask(
      CachedRoute route, String key, Flight flight, CanonicalRequest canonical, Question question) {
    SemanticConfig config = route.config().semantic();
    return here(store.get(key, route.config().timeout()))
        .compose(
            answer -> {
              if (answer != null) {
                return landed(route, key, flight, "hit", new Hit(vertx, answer));
              }
              return config == null
                  ? found(route, "miss", lease(new Shelf(route, key, flight, null)))
                  : here(similar.look(route, config, canonical, question))
                      .compose(meant -> meant(route, key, flight, meant));
            });
  }

  private Future<Found> landed(
      CachedRoute route, String key, Flight flight, String result, Hit hit) {
    flights.end(key, flight, new Landing.Shared(hit));
    return found(route, result, hit);
  }

  private Future<Found> meant(
      CachedRoute route, String key, Flight flight, SimilarAnswers.Meant meant) {
    Hit hit = meant.hit();
    return hit != null
        ? landed(route, key, flight, "hit_semantic", hit)
        : found(route, "miss", lease(new Shelf(route, key, flight, meant.place())));
  }

  private static Lease lease(Shelf shelf) {
    return new Lease("miss", shelf);
  }

  private Future<Found> follow(
      CachedRoute route, String key, Flight flight, Promise<Landing> landing, Duration patience) {
    long timer =
        vertx.setTimer(
            Math.max(1, patience.toMillis()),
            id -> {
              if (landing.tryComplete(new Landing.Alone())) {
                flights.close(key, flight);
              }
            });
    return here(landing.future())
        .compose(
            landed -> {
              vertx.cancelTimer(timer);
              return switch (landed) {
                case Landing.Shared shared -> found(route, "shared", shared.hit());
                case Landing.YourTurn turn ->
                    found(route, "miss", lease(new Shelf(route, key, turn.flight(), null)));
                case Landing.Alone alone ->
                    found(route, "miss", lease(new Shelf(route, key, null, null)));
              };
            });
  }

  /** The same result, on the caller's context. */
  private <T extends @Nullable Object> Future<T> here(Future<T> elsewhere) {
    Context caller = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    elsewhere.onComplete(result -> caller.runOnContext(v -> promise.handle(result)));
    return promise.future();
  }

  /** The place of one answer. */
  private final class Shelf implements Lease.Place {

    private final CachedRoute route;
    private final String key;
    private final @Nullable Flight flight;
    private final SimilarAnswers.@Nullable Place meaning;

    Shelf(
        CachedRoute route,
        String key,
        @Nullable Flight flight,
        SimilarAnswers.@Nullable Place meaning) {
      this.route = route;
      this.key = key;
      this.flight = flight;
      this.meaning = meaning;
    }

    @Override
    public int mostBytes() {
      return Math.toIntExact(route.config().largest().bytes());
    }

    @Override
    public void take(KeptAnswer answer) {
      metrics.answer(route.alias(), "kept");
      // Redis hears of it before the flight ends, so that who comes then finds it.
      store.put(key, answer, route.config().ttl());
      if (meaning != null) {
        similar.remember(route, meaning, key);
      }
      if (flight != null) {
        flights.end(key, flight, new Landing.Shared(new Hit(vertx, answer)));
      }
    }

    @Override
    public void unusable(String why) {
      metrics.answer(route.alias(), why);
      if (flight != null) {
        flights.end(key, flight, new Landing.Alone());
      }
    }

    @Override
    public void failed() {
      metrics.answer(route.alias(), "failed");
      if (flight != null) {
        flights.handOn(key, flight);
      }
    }
  }
}
