package io.ruche.embedservice.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.config.ByteSize;
import io.ruche.config.Config;
import io.ruche.embedservice.chunk.ChunkConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of parsing and chunking. */
final class ParseConfigTest {

  /** The two as a service has them. */
  public record Both(ParseConfig parse, ChunkConfig chunk) {}

  @TempDir Path folder;

  @Test
  void theDefaultsAreThoseOfTheAnnotations() {
    Config config = Config.load(folder, Map.of(), Map.of("embed", Both.class));
    Both both = config.get(Both.class);
    assertEquals(ParseConfig.DEFAULT, both.parse());
    assertEquals(ChunkConfig.DEFAULT, both.chunk());
  }

  @Test
  void everythingThatIsOutOfRangeIsTold() {
    ParseConfig all = ParseConfig.DEFAULT;
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new ParseConfig(
                    0,
                    1,
                    1,
                    new ByteSize(1),
                    1,
                    Duration.ZERO,
                    all.cpuTime(),
                    1,
                    1,
                    1,
                    all.maxUnpacked(),
                    all.maxRatio(),
                    all.ocr()));
    for (String name : List.of("processes", "spare", "heap", "timeout", "max-characters")) {
      assertTrue(failure.getMessage().contains(name), failure.getMessage());
    }
  }

  @Test
  void languagesAreNamesAndNothingElse() {
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new ParseConfig.Ocr(
                    true, "tesseract", List.of("eng --psm 0"), Duration.ofSeconds(1), 1));
    assertTrue(failure.getMessage().contains("languages"), failure.getMessage());
  }

  @Test
  void chunksFitTheModel() {
    assertThrows(IllegalArgumentException.class, () -> new ChunkConfig(300, 200, 40));
    assertThrows(IllegalArgumentException.class, () -> new ChunkConfig(300, 480, 200));
    assertEquals(ChunkConfig.DEFAULT, ChunkConfig.DEFAULT.within(512));
    assertTrue(ChunkConfig.DEFAULT.within(256).most() <= 254);
    assertEquals("chunker-1/300/480/40", ChunkConfig.DEFAULT.identity());
  }
}
