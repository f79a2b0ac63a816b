package io.ruche.embedservice.index.lucene;

import io.ruche.config.ByteSize;
import io.ruche.config.Default;
import io.ruche.config.Description;

/** The embedded store of vectors. */
public record LuceneConfig(
    @Description("Chunks that are compared one by one with a query; HNSW finds more than these.")
        @Default("50000")
        int exactChunks,
    @Description("Connections of a chunk in the HNSW graph, 4 to 128.") @Default("24")
        int connections,
    @Description("Candidates that a chunk's connections are chosen from, 16 to 1000.")
        @Default("128")
        int buildCandidates,
    @Description("Candidates that a search in the HNSW graph keeps, 10 to 2000.") @Default("100")
        int searchCandidates,
    @Description("Memory for chunks that are written next.") @Default("48MiB") ByteSize buffer,
    @Description("Searches at a time; the others wait.") @Default("2") int searchThreads,
    @Description("Searches that may wait; more get 503.") @Default("1000") int searchQueue,
    @Description("Chunks that may wait to be written; more get 503.") @Default("20000")
        int writeQueue) {

  /** Names the setting and what would be right. */
  public LuceneConfig {
    require("exact-chunks", exactChunks, 0, 10_000_000);
    require("connections", connections, 4, 128);
    require("build-candidates", buildCandidates, 16, 1_000);
    require("search-candidates", searchCandidates, 10, 2_000);
    require("search-threads", searchThreads, 1, 64);
    require("search-queue", searchQueue, 1, 1_000_000);
    require("write-queue", writeQueue, 1_000, 10_000_000);
    if (buffer.bytes() < 4L << 20 || buffer.bytes() > 1L << 30) {
      throw new IllegalArgumentException("buffer is 4MiB to 1GiB");
    }
  }

  /** The defaults. */
  public static LuceneConfig standard() {
    return new LuceneConfig(50_000, 24, 128, 100, new ByteSize(48L << 20), 2, 1_000, 20_000);
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d to %d, not %d".formatted(name, least, most, value));
    }
  }
}
