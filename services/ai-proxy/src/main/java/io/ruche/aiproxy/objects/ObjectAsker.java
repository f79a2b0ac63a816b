package io.ruche.aiproxy.objects;

import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.upstream.Completions;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Sending;
import io.ruche.aiproxy.upstream.Transfer;
import io.ruche.aiproxy.upstream.UpstreamFault;
import io.ruche.aiproxy.upstream.UpstreamReply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks providers what no client reads as it comes: many objects, a few at a time. */
public final class ObjectAsker {

  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final int MOST_BYTES = 256 * 1024;
  private static final int AT_A_TIME = 10;

  private final Completions completions;

  /** An asker; any event loop may use it. */
  public ObjectAsker(Vertx vertx) {
    this.completions = new Completions(vertx, LONGEST, () -> MOST_BYTES);
  }

  /**
   * The objects as their providers have them, without those that they do not have, or whose
   * provider is not configured any more. Fails when a provider does not answer.
   */
  Future<List<JsonObject>> each(
      List<ProviderObject> wanted,
      Function<ProviderObject, @Nullable Provider> providers,
      Dispatcher dispatcher) {
    return next(wanted, 0, new ArrayList<>(), providers, dispatcher);
  }

  private Future<List<JsonObject>> next(
      List<ProviderObject> wanted,
      int from,
      List<JsonObject> found,
      Function<ProviderObject, @Nullable Provider> providers,
      Dispatcher dispatcher) {
    if (from >= wanted.size()) {
      return Future.succeededFuture(found);
    }
    int to = Math.min(from + AT_A_TIME, wanted.size());
    List<Future<Optional<JsonObject>>> some = new ArrayList<>();
    for (ProviderObject one : wanted.subList(from, to)) {
      Provider provider = providers.apply(one);
      if (provider != null) {
        some.add(ask(one, provider, dispatcher));
      }
    }
    return Future.all(some)
        .compose(
            v -> {
              some.forEach(one -> one.result().ifPresent(found::add));
              return next(wanted, to, found, providers, dispatcher);
            });
  }

  private Future<Optional<JsonObject>> ask(
      ProviderObject one, Provider provider, Dispatcher dispatcher) {
    return completions
        .complete(
            reader ->
                dispatcher.exchange(provider, HttpMethod.GET, one.path(), Sending.NOTHING, reader),
            null)
        .map(
            reply ->
                switch (reply) {
                  case UpstreamReply.Answered answered -> read(one, answered);
                  case UpstreamReply.TooLong tooLong -> throw unusable(one, "too long an answer");
                  case UpstreamReply.Unanswered unanswered -> throw unanswered.failure();
                });
  }

  private static Optional<JsonObject> read(ProviderObject one, UpstreamReply.Answered answered) {
    if (answered.status() == 404) {
      return Optional.empty();
    }
    if (answered.status() != 200) {
      throw unusable(one, Integer.toString(answered.status()));
    }
    try {
      return Optional.of(new JsonObject(answered.body()));
    } catch (DecodeException | ClassCastException e) {
      throw unusable(one, "what is no JSON object");
    }
  }

  private static RuntimeException unusable(ProviderObject one, String what) {
    return UpstreamFault.INVALID_REPLY.failure(
        one.provider() + " answered " + what + " when asked for " + one.id() + ".");
  }

  /** Whether a provider does what it is asked. */
  Future<Boolean> succeeds(Function<Reader, Transfer> caller) {
    return completions
        .complete(caller, null)
        .map(
            reply ->
                reply instanceof UpstreamReply.Answered answered
                    && answered.status() >= 200
                    && answered.status() < 300);
  }
}
