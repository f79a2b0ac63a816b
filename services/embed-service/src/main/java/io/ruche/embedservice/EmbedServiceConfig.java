package io.ruche.embedservice;

import io.ruche.config.ByteSize;
import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.embedservice.answer.AnswerConfig;
import io.ruche.embedservice.chunk.ChunkConfig;
import io.ruche.embedservice.engine.EngineConfig;
import io.ruche.embedservice.engine.onnx.OnnxConfig;
import io.ruche.embedservice.index.lucene.LuceneConfig;
import io.ruche.embedservice.index.qdrant.QdrantConfig;
import io.ruche.embedservice.parse.ParseConfig;
import io.ruche.embedservice.search.SearchConfig;
import io.ruche.embedservice.watch.WatchConfig;
import java.util.List;

/** The settings of embed-service, {@code embed-service.yaml}. Rejects what could not work. */
public record EmbedServiceConfig(
    @Description("TCP port of the API.") @Default("8102") int port,
    @Description("TCP port of health and metrics, at `management.host`.") @Default("9102")
        int managementPort,
    @Description("Longest file. It waits on disk, then in S3.") @Default("100MiB") ByteSize maxFile,
    @Description("Characters of a document's text at most.") @Default("16000000") int maxText,
    @Description("Chunks of a document at most.") @Default("20000") int maxChunks,
    @Description("Collections of a tenant at most.") @Default("10000") long maxCollections,
    @Description("Documents of a tenant at most.") @Default("1000000") long maxDocuments,
    @Description(
            "Embeddings that are kept in PostgreSQL by the hash of their texts, so that no text is"
                + " embedded twice; those that were not used for longest go first.")
        @Default("2000000")
        long keptEmbeddings,
    @Description("What turns texts into vectors.") EngineConfig engine,
    @Description(
            "Models in this process that were used before: collections are searched by theirs until"
                + " they have moved to the present one. Without its model a collection waits.")
        List<OnnxConfig> earlierModels,
    @Description("Parsing of files, in processes of their own; what one file may cost.")
        ParseConfig parse,
    @Description("Cutting of texts into chunks, in tokens of the model.") ChunkConfig chunks,
    @Description("How deep a search looks.") SearchConfig search,
    @Description("The embedded store of vectors.") LuceneConfig lucene,
    @Description("The store of vectors for production.") QdrantConfig qdrant,
    @Description("Answers to questions, by a model behind ai-proxy.") AnswerConfig answer,
    @Description("Prefixes in S3 whose objects are documents.") List<WatchConfig> watch) {

  private static final long LONGEST_FILE = 4L << 30;

  /** Names the setting and what would be right. */
  public EmbedServiceConfig {
    earlierModels = List.copyOf(earlierModels);
    watch = List.copyOf(watch);
    requirePort("port", port);
    requirePort("management-port", managementPort);
    if (maxFile.bytes() < 1 || maxFile.bytes() > LONGEST_FILE) {
      throw new IllegalArgumentException("max-file must be 1 byte to 4 GiB, for example 100MiB");
    }
    if (maxText < 1 || maxText > 100_000_000) {
      throw new IllegalArgumentException("max-text must be 1 to 100000000 characters");
    }
    if (maxChunks < 1 || maxChunks > 200_000) {
      throw new IllegalArgumentException("max-chunks must be 1 to 200000");
    }
    if (maxDocuments < 1 || maxCollections < 1 || keptEmbeddings < 0) {
      throw new IllegalArgumentException(
          "max-documents and max-collections must be at least 1, and kept-embeddings at least 0");
    }
  }

  private static void requirePort(String name, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(name + " must be 0 to 65535, not " + port);
    }
  }
}
