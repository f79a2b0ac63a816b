package io.ruche.embedservice.vector;

import java.util.Arrays;

/** A vector of length 1, so that the dot product of two is their cosine. Immutable. */
public final class Vector {

  private final float[] values;

  private Vector(float[] values) {
    this.values = values;
  }

  /**
   * Scales to length 1; takes the array over.
   *
   * @throws IllegalArgumentException when it has no direction: all zero, or not all finite
   */
  public static Vector normalized(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    if (!(squares > 0) || squares == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("a vector of zeros, or not of finite numbers");
    }
    float scale = (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale;
    }
    return new Vector(values);
  }

  /** The numbers themselves, not to be changed. */
  public float[] values() {
    return values;
  }

  public int dimensions() {
    return values.length;
  }

  /** The dot product, which is the cosine; both have the same dimensions. */
  public float cosine(Vector other) {
    float sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * other.values[i];
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vector vector && Arrays.equals(values, vector.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Vector[" + values.length + "]";
  }
}
