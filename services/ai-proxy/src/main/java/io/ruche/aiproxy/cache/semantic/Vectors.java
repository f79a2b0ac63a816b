package io.ruche.aiproxy.cache.semantic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Arithmetic of embeddings, and how they are written. */
final class Vectors {

  private static final int LONGEST = 16_384;

  private Vectors() {}

  /** The vector of length one in the same direction; null for one that has none. */
  static float @Nullable [] unit(float[] vector) {
    double square = dot(vector, vector);
    if (vector.length == 0 || vector.length > LONGEST || !(square > 0) || square > 1e30) {
      return null;
    }
    float scale = (float) (1 / Math.sqrt(square));
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = vector[i] * scale;
    }
    return unit;
  }

  /** Of two vectors of length one their cosine similarity; 0 when they are not of one space. */
  static double dot(float[] a, float[] b) {
    if (a.length != b.length) {
      return 0;
    }
    // Four sums that do not wait for one another.
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return (double) s0 + s1 + s2 + s3;
  }

  /** 32-bit floats, little-endian, in Base64. */
  static String written(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** Reads {@link #written}; null when it is something else. */
  static float @Nullable [] read(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException noBase64) {
      return null;
    }
    if (bytes.length == 0 || bytes.length % Float.BYTES != 0) {
      return null;
    }
    float[] vector = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }
}
