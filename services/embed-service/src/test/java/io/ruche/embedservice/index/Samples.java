package io.ruche.embedservice.index;

import io.ruche.embedservice.vector.Vector;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Chunks for tests. */
public final class Samples {

  /** Dimensions of the vectors here. */
  public static final int DIMENSIONS = 16;

  private static final long BOUND_SECONDS = 60;

  private Samples() {}

  public static IndexedChunk chunk(String document, int ordinal, String text) {
    return chunk(document, ordinal, text, Map.of());
  }

  public static IndexedChunk chunk(
      String document, int ordinal, String text, Map<String, Object> metadata) {
    return new IndexedChunk(
        id(document, ordinal),
        document,
        vector(document.hashCode() * 31L + ordinal),
        text,
        "en",
        metadata);
  }

  public static IndexedChunk in(String language, String document, String text) {
    return new IndexedChunk(
        id(document, 0), document, vector(document.hashCode()), text, language, Map.of());
  }

  public static UUID id(String document, int ordinal) {
    return UUID.nameUUIDFromBytes((document + "#" + ordinal).getBytes(StandardCharsets.UTF_8));
  }

  /** The same vector for the same seed. */
  public static Vector vector(long seed) {
    Random random = new Random(seed);
    float[] values = new float[DIMENSIONS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Vector.normalized(values);
  }

  public static List<UUID> ids(List<Scored> hits) {
    return hits.stream().map(Scored::chunk).toList();
  }

  public static <T> T result(Future<T> future) {
    try {
      return future.await(BOUND_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("no result within " + BOUND_SECONDS + " s", late);
    }
  }
}
