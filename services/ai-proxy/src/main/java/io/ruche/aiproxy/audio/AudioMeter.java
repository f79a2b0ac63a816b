package io.ruche.aiproxy.audio;

import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.aiproxy.operation.Meter;
import io.ruche.aiproxy.usage.Usage;
import io.ruche.aiproxy.usage.UsageScanner;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Reads from a transcription how long the sound was and, where it is billed so, its tokens. */
final class AudioMeter implements Meter {

  private final DurationScan duration = new DurationScan();
  private final UsageScanner tokens = new UsageScanner();
  private final AudioRequest request;

  AudioMeter(AudioRequest request) {
    this.request = request;
  }

  @Override
  public void feed(Buffer bytes) {
    byte[] array = bytes.getBytes();
    duration.feed(array);
    tokens.feed(array);
  }

  @Override
  public @Nullable Usage told() {
    Usage counted = tokens.told();
    long millis = duration.millis();
    if (counted == null && millis < 0) {
      return null;
    }
    long in = counted == null ? 0 : counted.input();
    long out = counted == null ? 0 : counted.output();
    return new Usage(in, 0, out, Math.max(0, millis), 0, UsageSource.PROVIDER);
  }

  /** Of a form that never was with the provider as a whole, nothing could be transcribed. */
  @Override
  public Usage estimated() {
    return request.sentWhole()
        ? new Usage(0, 0, 0, request.usualMillis(), 0, UsageSource.ESTIMATED)
        : Usage.NONE;
  }
}
