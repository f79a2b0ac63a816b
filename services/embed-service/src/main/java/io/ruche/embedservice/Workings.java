package io.ruche.embedservice;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.backbone.Backbone;
import io.ruche.bus.Bus;
import io.ruche.bus.CommandHandler;
import io.ruche.embedservice.answer.Answering;
import io.ruche.embedservice.answer.ChatClient;
import io.ruche.embedservice.events.DeleteHandler;
import io.ruche.embedservice.events.IndexHandler;
import io.ruche.embedservice.events.ReembedHandler;
import io.ruche.embedservice.http.AnswerHandler;
import io.ruche.embedservice.http.ApiRoutes;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.ChunkMaking;
import io.ruche.embedservice.ingest.Deletion;
import io.ruche.embedservice.ingest.Fetching;
import io.ruche.embedservice.ingest.Ingestion;
import io.ruche.embedservice.ingest.Reembedding;
import io.ruche.embedservice.ingest.Settling;
import io.ruche.embedservice.ingest.Spool;
import io.ruche.embedservice.ingest.Uploads;
import io.ruche.embedservice.ingest.order.Bounds;
import io.ruche.embedservice.ingest.parts.Indexes;
import io.ruche.embedservice.query.CollectionSearch;
import io.ruche.embedservice.query.Searching;
import io.ruche.embedservice.registry.ChunkTable;
import io.ruche.embedservice.registry.CollectionTable;
import io.ruche.embedservice.registry.Commit;
import io.ruche.embedservice.registry.Database;
import io.ruche.embedservice.registry.DocumentTable;
import io.ruche.embedservice.registry.Housekeeping;
import io.ruche.embedservice.registry.Leftovers;
import io.ruche.embedservice.registry.Models;
import io.ruche.embedservice.registry.ProgressTable;
import io.ruche.embedservice.registry.VectorCache;
import io.ruche.embedservice.telemetry.IngestionMeter;
import io.ruche.embedservice.telemetry.MeteredSearch;
import io.ruche.embedservice.telemetry.StoreMeter;
import io.ruche.embedservice.watch.Moving;
import io.ruche.embedservice.watch.Watching;
import io.ruche.http.openapi.OpenApi;
import io.ruche.store.S3Store;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The objects that do the service's work, wired. */
record Workings(
    Indexes indexes,
    Spool spool,
    Searching search,
    Function<Space, Future<Void>> refresh,
    CommandHandler index,
    CommandHandler delete,
    CommandHandler reembed,
    StoreMeter sizes,
    Moving moving,
    Watching watch,
    Housekeeping housekeeping,
    ApiRoutes.Registry registry,
    Uploads uploads) {

  private static final int CUT_AT_ONCE = 4;

  static Workings of(Backbone backbone, EmbedServiceConfig config, Parts parts, Bus bus) {
    Vertx vertx = backbone.vertx();
    @Nullable S3Store s3 = backbone.s3();
    Database database = new Database(backbone.postgres());
    Models models = new Models(database);
    CollectionTable collections = new CollectionTable(database, models, config.maxCollections());
    DocumentTable documents = new DocumentTable(database);
    ChunkTable chunks = new ChunkTable(database);
    VectorCache cache = new VectorCache(database, models);
    ProgressTable progress = new ProgressTable(database);
    Leftovers leftovers = new Leftovers(database);
    Indexes indexes = new Indexes(parts.models(), parts.indexes());
    Path data = backbone.data().resolve("embed-service");
    Spool spool = new Spool(vertx, data.resolve("spool"));
    ChunkMaking making =
        new ChunkMaking(
            vertx.createSharedWorkerExecutor("chunking", CUT_AT_ONCE, 15, TimeUnit.MINUTES),
            parts.makers().chunking(),
            indexes,
            cache,
            config.maxChunks());
    Settling settling =
        new Settling(parts.models(), indexes, collections, documents, chunks, making);
    Ingestion ingestion =
        new Ingestion(
            parts.models(),
            parts.makers(),
            new Fetching(vertx, s3, spool, config.maxFile().bytes()),
            spool,
            collections,
            documents,
            new Commit(database),
            making,
            settling,
            new Bounds(config.maxText(), config.maxChunks(), config.maxDocuments()));
    MeterRegistry meters = backbone.registry();
    CollectionSearch search =
        new CollectionSearch(
            collections, chunks, parts.models(), indexes, parts.reranker(), config.search());
    Deletion deletion = new Deletion(parts.models(), collections, documents, settling);
    Reembedding reembedding =
        new Reembedding(parts.models(), indexes, collections, documents, chunks, making, settling);
    return new Workings(
        indexes,
        spool,
        new MeteredSearch(search, meters),
        search::refresh,
        new IndexHandler(ingestion, collections, documents, progress, new IngestionMeter(meters)),
        new DeleteHandler(deletion),
        new ReembedHandler(reembedding, progress),
        new StoreMeter(
            vertx,
            documents,
            Map.of("index", data.resolve("index"), "spool", data.resolve("spool")),
            meters),
        new Moving(vertx, bus, collections, parts.models()),
        new Watching(vertx, bus, s3, database, config.watch(), meters),
        new Housekeeping(
            vertx,
            database,
            cache,
            leftovers,
            key -> s3 == null ? Future.succeededFuture() : s3.delete(key),
            config.keptEmbeddings()),
        new ApiRoutes.Registry(collections, documents, leftovers, progress),
        new Uploads(vertx, s3, spool, config.maxFile().bytes()));
  }

  ApiRoutes api(Backbone backbone, OpenApi contract, Bus bus, EmbedServiceConfig config) {
    Answering answering =
        new Answering(config.answer(), search, new ChatClient(backbone.vertx(), config.answer()));
    return new ApiRoutes(
        backbone.vertx(),
        contract,
        backbone.keyRing(),
        backbone.limiter(),
        bus,
        registry,
        uploads,
        search,
        refresh,
        new AnswerHandler(answering));
  }
}
