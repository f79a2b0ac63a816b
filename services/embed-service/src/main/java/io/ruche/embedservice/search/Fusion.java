package io.ruche.embedservice.search;

import io.ruche.embedservice.index.Scored;
import io.ruche.embedservice.search.Hit.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Two lists made one by reciprocal ranks: only places count, so that any two scores go together.
 */
final class Fusion {

  /** How little the first places stand out, as in the paper that proposed it. */
  static final int K = 60;

  private Fusion() {}

  /** A chunk of either list; {@code fused} has its place among all. */
  record Candidate(UUID chunk, @Nullable Place dense, @Nullable Place bm25, Place fused) {}

  private record Sum(UUID chunk, @Nullable Place dense, @Nullable Place bm25, double score) {

    /** Its best place in either list. */
    int best() {
      int first = dense == null ? Integer.MAX_VALUE : dense.rank();
      return Math.min(first, bm25 == null ? Integer.MAX_VALUE : bm25.rank());
    }

    int denseRank() {
      return dense == null ? Integer.MAX_VALUE : dense.rank();
    }
  }

  /**
   * The best first. Equal sums stand in the order of their better place, then of the dense list,
   * then of their id, so that the same lists always give the same order.
   */
  static List<Candidate> fuse(List<Scored> dense, List<Scored> bm25) {
    Map<UUID, Place> denseBy = places(dense);
    Map<UUID, Place> bm25By = places(bm25);
    Set<UUID> chunks = new LinkedHashSet<>(denseBy.keySet());
    chunks.addAll(bm25By.keySet());
    List<Sum> sums = new ArrayList<>();
    for (UUID chunk : chunks) {
      Place first = denseBy.get(chunk);
      Place second = bm25By.get(chunk);
      sums.add(new Sum(chunk, first, second, share(first) + share(second)));
    }
    sums.sort(
        Comparator.comparingDouble(Sum::score)
            .reversed()
            .thenComparingInt(Sum::best)
            .thenComparingInt(Sum::denseRank)
            .thenComparing(Sum::chunk));
    List<Candidate> fused = new ArrayList<>();
    for (Sum sum : sums) {
      Place place = new Place(fused.size() + 1, (float) sum.score());
      fused.add(new Candidate(sum.chunk(), sum.dense(), sum.bm25(), place));
    }
    return fused;
  }

  /** One list as candidates, with its own scores. */
  static List<Candidate> only(List<Scored> list, boolean dense) {
    List<Candidate> candidates = new ArrayList<>();
    places(list)
        .forEach(
            (chunk, place) ->
                candidates.add(
                    new Candidate(chunk, dense ? place : null, dense ? null : place, place)));
    return candidates;
  }

  private static double share(@Nullable Place place) {
    return place == null ? 0 : 1.0 / (K + place.rank());
  }

  private static Map<UUID, Place> places(List<Scored> list) {
    Map<UUID, Place> places = new LinkedHashMap<>();
    for (Scored hit : list) {
      places.putIfAbsent(hit.chunk(), new Place(places.size() + 1, hit.score()));
    }
    return places;
  }
}
