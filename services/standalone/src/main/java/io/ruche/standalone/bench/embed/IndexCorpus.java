package io.ruche.standalone.bench.embed;

import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Scored;
import io.ruche.embedservice.vector.Vector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntPredicate;

/**
 * Chunks that are made again from their number whenever they are needed, so that the reference
 * takes no memory. Their vectors lie in 1,000 clusters and differ from the centres mostly in few
 * directions, as those of real texts do; their words are as frequent as in real texts.
 */
final class IndexCorpus {

  static final int DIMENSIONS = 384;

  private static final int CLUSTERS = 1_000;
  private static final int WORDS = 30_000;
  private static final int WORDS_OF_CHUNK = 80;
  private static final double SPREAD = 0.7;
  private static final double DECAY = 24;
  private static final long QUERIES = 1L << 40;

  private final float[][] centres = new float[CLUSTERS][];
  private final double noise;

  IndexCorpus() {
    double squares = 0;
    for (int i = 0; i < DIMENSIONS; i++) {
      squares += share(i) * share(i);
    }
    noise = SPREAD / Math.sqrt(squares);
    for (int cluster = 0; cluster < CLUSTERS; cluster++) {
      Random random = new Random(cluster);
      float[] centre = new float[DIMENSIONS];
      for (int i = 0; i < DIMENSIONS; i++) {
        centre[i] = (float) random.nextGaussian();
      }
      centres[cluster] = Vector.normalized(centre).values();
    }
  }

  /** How much vectors of a cluster differ in their i-th direction. */
  private static double share(int i) {
    return 1 / (1 + i / DECAY);
  }

  /** The vector of a chunk. */
  Vector vector(long number) {
    Random random = new Random(number * 0x9E3779B97F4A7C15L);
    int cluster = random.nextInt(CLUSTERS);
    float[] values = centres[cluster].clone();
    for (int i = 0; i < DIMENSIONS; i++) {
      // Each cluster has its own directions.
      int at = (i * 7 + cluster * 31) % DIMENSIONS;
      values[at] += (float) (random.nextGaussian() * noise * share(i));
    }
    return Vector.normalized(values);
  }

  /** The vector of a query, from the same clusters. */
  Vector query(int number) {
    return vector(QUERIES + number);
  }

  /** Three to eight words, none of the most frequent; most have three tokens. */
  String words(int query) {
    Random random = new Random(QUERIES + query);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3 + query % 6; i++) {
      text.append('w').append(100 + word(random)).append(' ');
    }
    return text.toString();
  }

  static UUID id(long number) {
    return new UUID(number, 42);
  }

  IndexedChunk chunk(long number) {
    Random random = new Random(number);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < WORDS_OF_CHUNK; i++) {
      text.append('w').append(word(random)).append(' ');
    }
    return new IndexedChunk(
        id(number),
        "d" + number / 100,
        vector(number),
        text.toString(),
        "en",
        Map.of("tenth", number % 10, "hundredth", number % 100));
  }

  /** Zipf's law, nearly. */
  private static int word(Random random) {
    return (int) Math.pow(WORDS, random.nextDouble()) - 1;
  }

  /** The ten nearest of each query among those that are there, by comparing all. */
  List<Set<UUID>> nearest(int queries, long from, long to, IntPredicate there) {
    List<PriorityQueue<Scored>> best = new ArrayList<>();
    List<Vector> vectors = new ArrayList<>();
    for (int q = 0; q < queries; q++) {
      best.add(new PriorityQueue<>(Comparator.comparingDouble(Scored::score)));
      vectors.add(query(q));
    }
    for (long number = from; number < to; number++) {
      if (there.test((int) number)) {
        Vector vector = vector(number);
        for (int q = 0; q < queries; q++) {
          keep(best.get(q), new Scored(id(number), vectors.get(q).cosine(vector)));
        }
      }
    }
    List<Set<UUID>> nearest = new ArrayList<>();
    for (PriorityQueue<Scored> ten : best) {
      Set<UUID> ids = new HashSet<>();
      ten.forEach(hit -> ids.add(hit.chunk()));
      nearest.add(ids);
    }
    return nearest;
  }

  private static void keep(PriorityQueue<Scored> best, Scored hit) {
    if (best.size() < 10) {
      best.add(hit);
    } else if (hit.score() > best.element().score()) {
      best.poll();
      best.add(hit);
    }
  }
}
