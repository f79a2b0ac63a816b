package io.ruche.embedservice.index.lucene;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KeepOnlyLastCommitDeletionPolicy;
import org.apache.lucene.index.SnapshotDeletionPolicy;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/**
 * The files of an index, open for writing and searching.
 *
 * @param commits which are kept while somebody copies them
 */
record OpenIndex(
    Directory directory,
    IndexWriter writer,
    SearcherManager searchers,
    SnapshotDeletionPolicy commits) {

  /** Below it segments count as this large: many small puts make no large merges. */
  private static final double SMALLEST_SEGMENT_MB = 2;

  /** A merge builds the graph of what it writes, in memory and on one processor. */
  private static final double LARGEST_SEGMENT_MB = 512;

  /** A search goes through each segment's graph: fewer segments are worth more merges. */
  private static final double SEGMENTS_OF_A_SIZE = 5;

  private static final int WAITING_MERGES = 8;

  /** Opens what is there, or begins an empty index. */
  static OpenIndex in(Path folder, LuceneConfig config) throws IOException {
    Files.createDirectories(folder);
    SnapshotDeletionPolicy commits =
        new SnapshotDeletionPolicy(new KeepOnlyLastCommitDeletionPolicy());
    Directory directory = new MMapDirectory(folder);
    IndexWriter writer = null;
    try {
      writer = new IndexWriter(directory, settings(config, commits));
      writer.commit(); // an empty index is one, too
      return new OpenIndex(
          directory, writer, new SearcherManager(writer, new SearcherFactory()), commits);
    } catch (IOException | RuntimeException failed) {
      if (writer != null) {
        writer.rollback();
      }
      directory.close();
      throw failed;
    }
  }

  private static IndexWriterConfig settings(LuceneConfig config, SnapshotDeletionPolicy commits) {
    TieredMergePolicy merges = new TieredMergePolicy();
    merges.setFloorSegmentMB(SMALLEST_SEGMENT_MB);
    merges.setMaxMergedSegmentMB(LARGEST_SEGMENT_MB);
    merges.setSegmentsPerTier(SEGMENTS_OF_A_SIZE);
    merges.setNoCFSRatio(1);
    ConcurrentMergeScheduler scheduler = new ConcurrentMergeScheduler();
    scheduler.setMaxMergesAndThreads(WAITING_MERGES, 1);
    scheduler.disableAutoIOThrottle();
    return new IndexWriterConfig()
        .setCodec(new VectorCodec(config.connections(), config.buildCandidates()))
        .setRAMBufferSizeMB(config.buffer().bytes() / (double) (1 << 20))
        .setUseCompoundFile(true)
        .setMergePolicy(merges)
        .setMergeScheduler(scheduler)
        .setIndexDeletionPolicy(commits);
  }

  /** Gives everything up that was not committed, and closes. */
  void close() throws IOException {
    try (directory;
        searchers) {
      writer.rollback();
    }
  }
}
