package io.ruche.aiproxy.cache.semantic;

import io.ruche.aiproxy.cache.entry.Respite;
import io.ruche.store.RedisLink;
import io.ruche.store.TextScript;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Which messages that were answered mean the same as a new one. They are in the hot Redis, one
 * stream for each context; this process reads what is new there and compares in memory.
 * Thread-safe.
 */
public final class Neighbours {

  /** In one answer of Redis; a process that has just started catches up in several. */
  private static final int PAGE = 256;

  /** Numbers in memory, of four bytes each; past it the contexts that were not used longest go. */
  private static final long MOST_NUMBERS = 8L << 20;

  private static final int MOST_CONTEXTS = 10_000;

  /** Comparisons that take longer than about a millisecond leave the event loop. */
  private static final long NUMBERS_AT_ONCE = 1L << 20;

  private static final int FIELDS = 3;

  /** Lookups between two counts of what is in memory. */
  private static final int COUNT_EVERY = 256;

  private final Vertx vertx;
  private final TextScript known;
  private final TextScript remember;
  private final Respite respite = new Respite(3, Duration.ofMillis(500));
  private final Map<String, Neighbourhood> contexts = new LinkedHashMap<>(16, 0.75f, true);
  private int lookups;

  /** Messages that are remembered in {@code hot}. */
  public Neighbours(Vertx vertx, RedisLink hot) {
    this.vertx = vertx;
    this.known = new TextScript(hot, Neighbours.class, "known.lua");
    this.remember = new TextScript(hot, Neighbours.class, "remember.lua");
  }

  /**
   * Answers to messages of the same context that mean the same, nearest first. Never fails.
   *
   * @param vector of length one
   * @param ttl of the answers
   * @param within what Redis has to tell its news; without them those that are known have to do
   */
  public Future<List<Neighbour>> near(
      String context, float[] vector, SemanticConfig config, Duration ttl, Duration within) {
    Neighbourhood there = there(context);
    return news(context, there, config, ttl, within)
        .compose(
            read -> {
              if (there.size() <= NUMBERS_AT_ONCE) {
                return Future.succeededFuture(there.near(vector, config.threshold()));
              }
              return vertx.executeBlocking(() -> there.near(vector, config.threshold()), false);
            })
        .otherwise(List.of());
  }

  private Future<Void> news(
      String context, Neighbourhood there, SemanticConfig config, Duration ttl, Duration within) {
    if (respite.lasts()) {
      return Future.succeededFuture();
    }
    return known
        .run(List.of(context), List.of(there.latest(), PAGE, ttl.toMillis()))
        .timeout(within.toMillis(), TimeUnit.MILLISECONDS)
        .map(
            answer -> {
              respite.worked();
              there.add(read(answer), config.entries());
              return (@Nullable Void) null;
            })
        .otherwise(this::nothing);
  }

  private @Nullable Void nothing(Throwable failure) {
    if (failure instanceof TimeoutException) {
      respite.failed();
    }
    return null;
  }

  private static List<Remembered> read(List<String> answer) {
    List<Remembered> read = new ArrayList<>();
    for (int i = 0; i + FIELDS <= answer.size(); i += FIELDS) {
      Remembered one = Remembered.read(answer.get(i), answer.get(i + 1), answer.get(i + 2));
      if (one != null) {
        read.add(one);
      }
    }
    return read;
  }

  /** Remembers a message that was answered, if that can be done now. */
  public void add(
      String context, float[] vector, String answer, SemanticConfig config, Duration ttl) {
    if (!respite.lasts()) {
      remember
          .run(
              List.of(context),
              List.of(answer, Vectors.written(vector), config.entries(), ttl.toMillis()))
          .onFailure(this::nothing);
    }
  }

  /** The answer is gone. */
  public void forget(String context, String answer) {
    there(context).forget(answer);
  }

  private Neighbourhood there(String context) {
    synchronized (contexts) {
      Neighbourhood there = contexts.computeIfAbsent(context, key -> new Neighbourhood());
      lookups++;
      if (lookups % COUNT_EVERY == 0) {
        makeRoom(there);
      }
      return there;
    }
  }

  private void makeRoom(Neighbourhood but) {
    long numbers = 0;
    for (Neighbourhood each : contexts.values()) {
      numbers += each.size();
    }
    var eldest = contexts.values().iterator();
    while (eldest.hasNext() && (numbers > MOST_NUMBERS || contexts.size() > MOST_CONTEXTS)) {
      Neighbourhood next = eldest.next();
      if (next == but) {
        return;
      }
      numbers -= next.size();
      eldest.remove();
    }
  }
}
