package io.ruche.embedservice.parse;

import io.ruche.config.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Settings of parsing that are short enough for tests. */
final class Settings {

  private Settings() {}

  static ParseConfig of(Duration timeout, Duration cpuTime, int maxCharacters) {
    return of(timeout, cpuTime, maxCharacters, ParseConfig.Ocr.DEFAULT);
  }

  static ParseConfig recognizing(Path program, Duration page) {
    return of(
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        1_000_000,
        new ParseConfig.Ocr(true, program.toString(), List.of("eng", "fra"), page, 3));
  }

  private static ParseConfig of(
      Duration timeout, Duration cpuTime, int maxCharacters, ParseConfig.Ocr ocr) {
    ParseConfig all = ParseConfig.DEFAULT;
    return new ParseConfig(
        1,
        1,
        8,
        new ByteSize(256L << 20),
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
