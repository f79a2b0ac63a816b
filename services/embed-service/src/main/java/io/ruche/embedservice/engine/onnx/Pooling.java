package io.ruche.embedservice.engine.onnx;

import java.nio.FloatBuffer;

/** How the vectors of a text's tokens become the vector of the text: as the model was trained. */
public enum Pooling {
  /** The vector of the first token. */
  CLS {
    @Override
    float[] pool(FloatBuffer tokens, int count, int dimensions) {
      float[] vector = new float[dimensions];
      tokens.get(0, vector);
      return vector;
    }
  },
  /** The mean of the vectors of all tokens. */
  MEAN {
    @Override
    float[] pool(FloatBuffer tokens, int count, int dimensions) {
      float[] sum = new float[dimensions];
      for (int token = 0, at = 0; token < count; token++) {
        for (int i = 0; i < dimensions; i++, at++) {
          sum[i] += tokens.get(at);
        }
      }
      for (int i = 0; i < dimensions; i++) {
        sum[i] /= count;
      }
      return sum;
    }
  };

  /** Of {@code count} rows of {@code dimensions} numbers. */
  abstract float[] pool(FloatBuffer tokens, int count, int dimensions);
}
