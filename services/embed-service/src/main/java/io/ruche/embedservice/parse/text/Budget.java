package io.ruche.embedservice.parse.text;

import io.ruche.embedservice.parse.wire.Limits;
import io.ruche.embedservice.parse.wire.ParseFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What a file, all its parts together, has used of its limits. Of one thread. */
public final class Budget {

  private final Limits limits;
  private long unpacked;

  /** A whole one. */
  public Budget(Limits limits) {
    this.limits = limits;
  }

  /** The limits. */
  public Limits limits() {
    return limits;
  }

  /**
   * Counts bytes that came out of a packed part.
   *
   * @throws ParseFailure when all have come to too many
   */
  public void unpacked(long bytes) {
    unpacked += bytes;
    if (unpacked > limits.unpackedBytes()) {
      throw new ParseFailure(
          ParseFailure.Cause.EXPANDS_TOO_MUCH,
          "The file unpacks to more than %d bytes; the limit of max-unpacked holds for all its parts together."
              .formatted(limits.unpackedBytes()));
    }
  }

  /** Checks how deep a part is; 0 for the file itself. */
  public void checkDepth(int depth) {
    if (depth > limits.depth()) {
      throw new ParseFailure(
          ParseFailure.Cause.TOO_DEEP,
          "Files are nested in the file more than %d deep; at most that many levels are read."
              .formatted(limits.depth()));
    }
  }

  /** The same bytes, counted as unpacked. */
  public InputStream counted(InputStream packed) {
    return new FilterInputStream(packed) {
      @Override
      public int read() throws IOException {
        int value = super.read();
        if (value >= 0) {
          unpacked(1);
        }
        return value;
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        int count = super.read(into, from, length);
        if (count > 0) {
          unpacked(count);
        }
        return count;
      }
    };
  }
}
