package io.ruche.aiproxy.audio;

import io.ruche.aiproxy.form.MultipartScan;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * How much sound a file of a kind holds, for what is reserved and for what nobody tells. Told by
 * what the file is and not by its name, which is the client's word.
 */
enum AudioKind {
  /** 16 bits, one channel, 8 or 16 kHz. */
  PCM(16_000, 32_000),
  /** About half of that. */
  FLAC(8_000, 16_000),
  /** MPEG, also in MP4: speech at 64 kbit/s, seldom under 32. */
  MP3(4_000, 8_000),
  /** In Ogg or WebM, and all else: speech at 32 kbit/s, seldom under 16. */
  OPUS(2_000, 4_000);

  /** Tags of RIFF for samples as they are: integers, floating point, and either with more told. */
  private static final Set<String> PLAIN_WAVES = Set.of("\1\0", "\3\0", "\u00fe\u00ff");

  private final int leastBytesPerSecond;
  private final int usualBytesPerSecond;

  AudioKind(int leastBytesPerSecond, int usualBytesPerSecond) {
    this.leastBytesPerSecond = leastBytesPerSecond;
    this.usualBytesPerSecond = usualBytesPerSecond;
  }

  /**
   * Tells it by the beginning of a file. What is not known, or is packed in an unusual way, is
   * taken for the kind of which a byte holds the most sound.
   *
   * @param head the first {@link MultipartScan#FILE_HEAD_BYTES} bytes, or all there are
   */
  static AudioKind of(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.startsWith("RIFF")
        && text.startsWith("WAVEfmt ", 8)
        && text.length() == MultipartScan.FILE_HEAD_BYTES) {
      return PLAIN_WAVES.contains(text.substring(20, 22)) ? PCM : OPUS;
    }
    if (text.startsWith("fLaC")) {
      return FLAC;
    }
    boolean frames = text.length() > 1 && text.charAt(0) == 0xff && text.charAt(1) >= 0xe0;
    return frames || text.startsWith("ID3") || text.startsWith("ftyp", 4) ? MP3 : OPUS;
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
