package io.ruche.aiproxy.audio;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much sound a file of a kind holds, for what is reserved and for what nobody tells. Told by
 * the end of the file's name, as providers do.
 */
enum AudioKind {
  /** 16 bits, one channel, 8 or 16 kHz. */
  PCM(16_000, 32_000),
  /** About half of that. */
  FLAC(8_000, 16_000),
  /** Speech at 64 kbit/s, seldom under 32. */
  MP3(4_000, 8_000),
  /** Speech at 32 kbit/s, seldom under 16. */
  OPUS(2_000, 4_000);

  private final int leastBytesPerSecond;
  private final int usualBytesPerSecond;

  AudioKind(int leastBytesPerSecond, int usualBytesPerSecond) {
    this.leastBytesPerSecond = leastBytesPerSecond;
    this.usualBytesPerSecond = usualBytesPerSecond;
  }

  static AudioKind of(@Nullable String fileName) {
    String name = fileName == null ? "" : fileName.toLowerCase(Locale.ROOT);
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "wav" -> PCM;
      case "flac" -> FLAC;
      case "ogg", "opus", "oga", "webm" -> OPUS;
      default -> MP3;
    };
  }

  /** Milliseconds that so many bytes hold at most, as sound is usually made. */
  long most(long bytes) {
    return bytes * 1_000 / leastBytesPerSecond;
  }

  /** Milliseconds that so many bytes hold, for an estimate. */
  long usual(long bytes) {
    return bytes * 1_000 / usualBytesPerSecond;
  }
}
