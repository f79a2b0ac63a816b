package io.ruche.aiproxy.guard.redact;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/** Restores an answer that is one JSON value. */
public final class WholeRestorer implements Restorer {

  private final Placeholders placeholders;
  private byte[] held = new byte[0];

  /** For one answer. */
  public WholeRestorer(Placeholders placeholders) {
    this.placeholders = placeholders;
  }

  @Override
  public Buffer pass(Buffer bytes) {
    byte[] all = joined(bytes);
    int end = placeholders.beginning(all, 0, all.length);
    Buffer out = Buffer.buffer(all.length + 64);
    placeholders.restore(all, 0, end, out);
    held = Arrays.copyOfRange(all, end, all.length);
    return out;
  }

  private byte[] joined(Buffer bytes) {
    return held.length == 0 ? bytes.getBytes() : Buffer.buffer(held).appendBuffer(bytes).getBytes();
  }

  @Override
  public Buffer rest() {
    Buffer rest = Buffer.buffer(held);
    held = new byte[0];
    return rest;
  }
}
