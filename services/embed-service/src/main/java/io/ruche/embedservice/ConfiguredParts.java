package io.ruche.embedservice;

import io.ruche.auth.Scope;
import io.ruche.auth.web.KeyHandler;
import io.ruche.auth.web.RateLimitHandler;
import io.ruche.backbone.Backbone;
import io.ruche.embedservice.chunk.Chunker;
import io.ruche.embedservice.chunk.Languages;
import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.http.embeddings.EmbeddingRoutes;
import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.lucene.LuceneIndex;
import io.ruche.embedservice.index.qdrant.QdrantIndex;
import io.ruche.embedservice.ingest.parts.Makers;
import io.ruche.embedservice.ingest.parts.ModelsInUse;
import io.ruche.embedservice.parse.DocumentParser;
import io.ruche.embedservice.telemetry.MeteredParsing;
import io.ruche.lifecycle.Lifecycle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The parts as {@code embed-service.yaml} wants them. */
final class ConfiguredParts {

  private ConfiguredParts() {}

  static Parts make(Backbone backbone, EmbedServiceConfig config) {
    Path data = backbone.data().resolve("embed-service");
    RunningEngine engine =
        new RunningEngine(backbone.vertx(), config.engine(), backbone.registry());
    List<RunningEngine> earlier =
        config.earlierModels().stream()
            .map(config.engine()::ofEarlier)
            .map(one -> new RunningEngine(backbone.vertx(), one, backbone.registry()))
            .toList();
    DocumentParser parser =
        new DocumentParser(backbone.vertx(), config.parse(), data.resolve("parse"));
    Map<String, Lifecycle> lifecycles = new LinkedHashMap<>();
    lifecycles.put("engine", engine);
    earlier.forEach(one -> lifecycles.put("engine " + lifecycles.size(), one));
    lifecycles.put("parser", parser);
    return new Parts(
        new ModelsInUse(engine::model, () -> earlier.stream().map(RunningEngine::model).toList()),
        makers(parser, config, backbone),
        model -> index(backbone, config, data, model),
        () -> engine.engine().reranker(),
        new EmbeddingRoutes(
                backbone.vertx(),
                engine::engine,
                config.engine().onnx().matryoshka(),
                new KeyHandler(backbone.keyRing(), Scope.DOCUMENTS, Scope.AI),
                new RateLimitHandler(backbone.limiter()))
            ::addTo,
        lifecycles);
  }

  private static Makers makers(
      DocumentParser parser, EmbedServiceConfig config, Backbone backbone) {
    return new Makers(
        new FileParsing(new MeteredParsing(parser::parse, backbone.registry())),
        (document, tokens, most) ->
            new Chunker(config.chunks().within(most), tokens).chunk(document),
        Languages::detect,
        config.chunks().identity());
  }

  /** A model's vectors are kept apart from those of any other. */
  private static ChunkIndex index(
      Backbone backbone, EmbedServiceConfig config, Path data, EmbeddingModel model) {
    String name =
        UUID.nameUUIDFromBytes(model.identity().getBytes(StandardCharsets.UTF_8)).toString();
    return config.qdrant().url() == null
        ? new LuceneIndex(
            backbone.vertx(),
            data.resolve("index").resolve(name),
            config.lucene(),
            model.dimensions())
        : new QdrantIndex(backbone.vertx(), config.qdrant(), "ruche-" + name, model.dimensions());
  }
}
