package io.ruche.aiproxy.cache;

import io.ruche.aiproxy.cache.entry.AnswerStore;
import io.ruche.aiproxy.cache.entry.CanonicalRequest;
import io.ruche.aiproxy.cache.entry.Digest;
import io.ruche.aiproxy.cache.semantic.Embeddings;
import io.ruche.aiproxy.cache.semantic.LastMessage;
import io.ruche.aiproxy.cache.semantic.Neighbour;
import io.ruche.aiproxy.cache.semantic.Neighbours;
import io.ruche.aiproxy.cache.semantic.SemanticConfig;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.store.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds answers to requests that are the same but for their last message, which means the same.
 * Thread-safe.
 */
final class SimilarAnswers {

  private static final int FORM = 1;
  private static final Meant NOTHING = new Meant(null, null);

  private final Vertx vertx;
  private final AnswerStore store;
  private final CacheMetrics metrics;
  private final Embeddings embeddings;
  private final Neighbours neighbours;

  SimilarAnswers(Vertx vertx, RedisLink hot, AnswerStore store, CacheMetrics metrics) {
    this.vertx = vertx;
    this.store = store;
    this.metrics = metrics;
    this.embeddings = new Embeddings(vertx);
    this.neighbours = new Neighbours(vertx, hot);
  }

  /** Where a message stands among others. */
  static final class Place {

    private final String context;
    private final float[] vector;

    Place(String context, float[] vector) {
      this.context = context;
      this.vector = vector;
    }
  }

  /**
   * What was found.
   *
   * @param place of the message, where it could be told and there is no answer
   */
  record Meant(@Nullable Hit hit, @Nullable Place place) {}

  /** The nearest answer at or above the threshold. Never fails; completes on any thread. */
  Future<Meant> look(
      CachedRoute route, SemanticConfig config, CanonicalRequest canonical, Question question) {
    LastMessage last = LastMessage.of(canonical);
    Provider embedder = route.embedder();
    if (last == null || embedder == null) {
      return Future.succeededFuture(NOTHING);
    }
    String context = context(route, config, embedder, canonical, last, question);
    return embeddings
        .embed(question.embeddings(), embedder, config, last.text())
        .compose(
            answer -> {
              metrics.embedding(route.alias(), answer.result().word());
              float[] vector = answer.vector();
              return vector == null
                  ? Future.succeededFuture(NOTHING)
                  : near(route, config, new Place(context, vector));
            })
        .otherwise(NOTHING);
  }

  private static String context(
      CachedRoute route,
      SemanticConfig config,
      Provider embedder,
      CanonicalRequest canonical,
      LastMessage last,
      Question question) {
    Digest digest =
        new Digest()
            .number(FORM)
            .text(question.tenant())
            .text(route.alias())
            .text(route.targets())
            .number(question.stream() ? 1 : 0)
            .text(embedder.baseUrl().toString())
            .text(config.model());
    last.addContextTo(digest, canonical);
    return "{" + question.tenant() + "}:ai:similar:" + digest.end();
  }

  private Future<Meant> near(CachedRoute route, SemanticConfig config, Place place) {
    return neighbours
        .near(place.context, place.vector, config, route.config().ttl(), route.config().timeout())
        .compose(near -> first(route, place, near, 0));
  }

  /** The first whose answer is there still. */
  private Future<Meant> first(CachedRoute route, Place place, List<Neighbour> near, int at) {
    if (at == near.size()) {
      return Future.succeededFuture(new Meant(null, place));
    }
    Neighbour next = near.get(at);
    return store
        .get(next.answer(), route.config().timeout())
        .compose(
            answer -> {
              if (answer == null) {
                if (store.isReachable()) {
                  neighbours.forget(place.context, next.answer());
                }
                return first(route, place, near, at + 1);
              }
              Hit hit = Hit.semantic(vertx, answer, next.similarity());
              return Future.succeededFuture(new Meant(hit, null));
            });
  }

  /** From now on the answer is found by its message's meaning. */
  void remember(CachedRoute route, Place place, String answer) {
    SemanticConfig config = route.config().semantic();
    if (config != null) {
      neighbours.add(place.context, place.vector, answer, config, route.config().ttl());
    }
  }
}
