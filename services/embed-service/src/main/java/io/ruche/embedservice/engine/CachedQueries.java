package io.ruche.embedservice.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the vectors of the last queries, by their texts. Only what is asked for as a query is
 * remembered, and long texts are not.
 */
public final class CachedQueries implements Embedder {

  private static final int LONGEST = 1_024;

  private final Embedder embedder;
  private final Map<String, Embedding> known;
  private final Counter hits;
  private final Counter misses;

  /**
   * @param most queries that are remembered; 0 for none
   */
  public CachedQueries(Embedder embedder, int most, MeterRegistry registry) {
    this.embedder = embedder;
    this.known = new LeastRecent(most);
    this.hits = counter(registry, "hit");
    this.misses = counter(registry, "miss");
  }

  private static Counter counter(MeterRegistry registry, String result) {
    return Counter.builder("ruche_embed_query_cache_lookups_total")
        .description("Queries whose vector was looked for among the last ones")
        .tag("result", result)
        .register(registry);
  }

  @Override
  public EmbeddingModel model() {
    return embedder.model();
  }

  @Override
  public Future<List<Embedding>> embed(List<String> texts, Purpose purpose, Lane lane) {
    return embed(texts, purpose, lane, () -> false);
  }

  @Override
  public Future<List<Embedding>> embed(
      List<String> texts, Purpose purpose, Lane lane, BooleanSupplier gone) {
    return switch (purpose) {
      case PASSAGE -> embedder.embed(texts, purpose, lane, gone);
      case QUERY -> queries(List.copyOf(texts), lane, gone);
    };
  }

  private Future<List<Embedding>> queries(List<String> texts, Lane lane, BooleanSupplier gone) {
    Map<String, Embedding> answers = new HashMap<>();
    List<String> asked = new ArrayList<>();
    for (String text : new LinkedHashSet<>(texts)) {
      Embedding found = find(text);
      if (found == null) {
        asked.add(text);
      } else {
        answers.put(text, found);
      }
    }
    hits.increment(answers.size());
    misses.increment(asked.size());
    if (asked.isEmpty()) {
      return Future.succeededFuture(inOrder(texts, answers));
    }
    return embedder
        .embed(asked, Purpose.QUERY, lane, gone)
        .map(
            embeddings -> {
              for (int i = 0; i < asked.size(); i++) {
                answers.put(asked.get(i), embeddings.get(i));
                remember(asked.get(i), embeddings.get(i));
              }
              return inOrder(texts, answers);
            });
  }

  private static List<Embedding> inOrder(List<String> texts, Map<String, Embedding> answers) {
    return texts.stream().map(text -> Objects.requireNonNull(answers.get(text))).toList();
  }

  private @Nullable Embedding find(String text) {
    synchronized (known) {
      return known.get(text);
    }
  }

  private void remember(String text, Embedding embedding) {
    if (text.length() <= LONGEST) {
      synchronized (known) {
        known.put(text, embedding);
      }
    }
  }

  /** Forgets what was not asked for the longest. */
  private static final class LeastRecent extends LinkedHashMap<String, Embedding> {

    private static final long serialVersionUID = 1L;

    private final int most;

    LeastRecent(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Embedding> eldest) {
      return size() > most;
    }
  }
}
