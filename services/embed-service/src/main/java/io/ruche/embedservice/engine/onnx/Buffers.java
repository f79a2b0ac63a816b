package io.ruche.embedservice.engine.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Memory outside the heap that ONNX Runtime reads its inputs from and writes its output to, without
 * a copy; as large as the longest run so far. For one run at a time.
 */
final class Buffers {

  private LongBuffer ids = longs(0);
  private LongBuffer mask = longs(0);
  private LongBuffer types = longs(0);
  private FloatBuffer rows = floats(0);
  private int tokens;

  /** Takes a sequence in; the rows that its output is written to. */
  FloatBuffer fill(long[] sequence, int secondFrom, long secondType, int output) {
    tokens = sequence.length;
    if (ids.capacity() < tokens) {
      int capacity = grown(tokens);
      ids = longs(capacity);
      types = longs(capacity);
      mask = longs(capacity);
      for (int i = 0; i < capacity; i++) {
        mask.put(i, 1);
      }
    }
    if (rows.capacity() < output) {
      rows = floats(grown(output));
    }
    ids.put(0, sequence);
    for (int i = 0; i < tokens; i++) {
      types.put(i, i < secondFrom ? 0 : secondType);
    }
    return rows.slice(0, output);
  }

  LongBuffer ids() {
    return ids.slice(0, tokens);
  }

  LongBuffer mask() {
    return mask.slice(0, tokens);
  }

  LongBuffer types() {
    return types.slice(0, tokens);
  }

  private static int grown(int least) {
    return Math.max(64, least + least / 4);
  }

  private static LongBuffer longs(int capacity) {
    return bytes(capacity * Long.BYTES).asLongBuffer();
  }

  private static FloatBuffer floats(int capacity) {
    return bytes(capacity * Float.BYTES).asFloatBuffer();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
  }
}
