package io.ruche.embedservice.parse;

import io.ruche.config.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Settings of parsing that are short enough for tests. */
final class Settings {

  private Settings() {}

  static ParseConfig of(Duration timeout, Duration cpuTime, int maxCharacters) {
    return of(256, timeout, cpuTime, maxCharacters, ParseConfig.Ocr.DEFAULT);
  }

  static ParseConfig ofHeap(int mebibytes) {
    Duration time = Duration.ofSeconds(60);
    return of(mebibytes, time, time, 20_000_000, ParseConfig.Ocr.DEFAULT);
  }

  static ParseConfig recognizing(Path program, Duration page) {
    return of(
        256,
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        1_000_000,
        new ParseConfig.Ocr(true, program.toString(), List.of("eng", "fra"), page, 3));
  }

  private static ParseConfig of(
      int heap, Duration timeout, Duration cpuTime, int maxCharacters, ParseConfig.Ocr ocr) {
    ParseConfig all = ParseConfig.DEFAULT;
    return new ParseConfig(
        1,
        1,
        8,
        new ByteSize((long) heap << 20),
        50,
        timeout,
        cpuTime,
        maxCharacters,
        all.maxPages(),
        all.maxDepth(),
        all.maxUnpacked(),
        all.maxRatio(),
        ocr);
  }
}
