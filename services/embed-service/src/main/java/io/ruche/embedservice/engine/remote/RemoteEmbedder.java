package io.ruche.embedservice.engine.remote;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.embedservice.document.Tokens;
import io.ruche.embedservice.engine.CutMeter;
import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.engine.EngineConfig;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.engine.WorkMeter;
import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model on another server. Texts are cut here, by tokens that are counted about so, since most
 * servers cut in silence; what the server still finds too long is cut further, and reported.
 */
public final class RemoteEmbedder implements Embedder {

  private static final int CUTS = 6;

  private final RemoteConfig config;
  private final EmbeddingModel model;
  private final ModelServer server;
  private final Turns turns;
  private final CutMeter cutMeter;
  private final WorkMeter work;
  private final Tokens tokens = new ApproximateTokens();
  private volatile Dependency state = Dependency.up();

  private RemoteEmbedder(
      RemoteConfig config,
      EmbeddingModel model,
      ModelServer server,
      Turns turns,
      CutMeter cutMeter,
      WorkMeter work) {
    this.config = config;
    this.model = model;
    this.server = server;
    this.turns = turns;
    this.cutMeter = cutMeter;
    this.work = work;
  }

  /**
   * Asks nobody yet. The section {@code remote} has been {@linkplain RemoteConfig#check checked}.
   */
  public static RemoteEmbedder of(Vertx vertx, EngineConfig engine, MeterRegistry registry) {
    RemoteConfig config = engine.remote();
    Protocol protocol =
        switch (engine.kind()) {
          case OLLAMA -> Protocol.OLLAMA;
          case OPENAI -> Protocol.OPENAI;
          case ONNX -> throw new IllegalArgumentException("the model is in this process");
        };
    String name = Objects.requireNonNull(config.model());
    String identity =
        String.join(
            "|",
            engine.kind().name(),
            name,
            Integer.toString(config.dimensions()),
            Objects.requireNonNullElse(config.queryPrefix(), ""),
            Objects.requireNonNullElse(config.passagePrefix(), ""));
    return new RemoteEmbedder(
        config,
        new EmbeddingModel(name, identity, config.dimensions(), config.maxTokens()),
        new ModelServer(vertx, protocol, config),
        new Turns(config.connections(), engine.queue(), registry),
        new CutMeter(registry),
        new WorkMeter(registry));
  }

  @Override
  public EmbeddingModel model() {
    return model;
  }

  /** About how the model cuts texts. */
  public Tokens tokens() {
    return tokens;
  }

  /** Whether the server answered when it was last asked. */
  public Dependency state() {
    return state;
  }

  @Override
  public Future<List<Embedding>> embed(List<String> texts, Purpose purpose, Lane lane) {
    return embed(texts, purpose, lane, () -> false);
  }

  @Override
  public Future<List<Embedding>> embed(
      List<String> texts, Purpose purpose, Lane lane, BooleanSupplier gone) {
    String prefix =
        Objects.requireNonNullElse(
            switch (purpose) {
              case QUERY -> config.queryPrefix();
              case PASSAGE -> config.passagePrefix();
            },
            "");
    List<Cut> cuts = texts.stream().map(text -> Cut.of(prefix + text, tokens, most())).toList();
    List<List<Cut>> batches = batches(cuts);
    return turns
        .take(
            lane,
            batches,
            batch -> batch.stream().mapToLong(Cut::kept).sum(),
            part(lane, gone),
            gone)
        .map(parts -> parts.stream().flatMap(List::stream).map(cutMeter::count).toList());
  }

  /** Without the marks that the model adds itself. */
  private int most() {
    return config.maxTokens() - 2;
  }

  private List<List<Cut>> batches(List<Cut> cuts) {
    List<List<Cut>> batches = new ArrayList<>();
    for (int from = 0; from < cuts.size(); from += config.batch()) {
      batches.add(cuts.subList(from, Math.min(cuts.size(), from + config.batch())));
    }
    return batches;
  }

  private Turns.Part<List<Cut>, List<Embedding>> part(Lane lane, BooleanSupplier gone) {
    return batch ->
        ask(batch, 0, gone)
            .onSuccess(made -> made.forEach(one -> work.done(lane, one.tokens())))
            .onFailure(cause -> work.failed(lane, batch.size()))
            .onComplete(answer -> note(answer.cause()));
  }

  private void note(@Nullable Throwable cause) {
    state =
        cause instanceof Failure failure && failure.status() >= 500
            ? Dependency.down(server.origin() + ": " + failure.detail())
            : Dependency.up();
  }

  private Future<List<Embedding>> ask(List<Cut> batch, int cut, BooleanSupplier gone) {
    return server
        .ask(batch.stream().map(Cut::text).toList(), gone)
        .map(answer -> embeddings(batch, answer))
        .recover(
            cause ->
                cause instanceof Refusal refusal
                    ? smaller(batch, cut, refusal, gone)
                    : Future.failedFuture(cause));
  }

  /** Finds the text that the server will not have, and cuts it when it is too long. */
  private Future<List<Embedding>> smaller(
      List<Cut> batch, int cut, Refusal refusal, BooleanSupplier gone) {
    if (batch.size() > 1) {
      int half = batch.size() / 2;
      return ask(batch.subList(0, half), 0, gone)
          .compose(
              first ->
                  ask(batch.subList(half, batch.size()), 0, gone)
                      .map(second -> Stream.concat(first.stream(), second.stream()).toList()));
    }
    Cut text = batch.getFirst();
    if (refusal.tooLong() && cut < CUTS && text.kept() > 8) {
      return ask(List.of(text.shorter(tokens)), cut + 1, gone);
    }
    return Future.failedFuture(
        Failure.of(
            422,
            "upstream_refused_text",
            "The model's server refused a text",
            "The model's server %s answered %d to a text: %s"
                .formatted(server.origin(), refusal.status(), refusal.said())));
  }

  private static List<Embedding> embeddings(List<Cut> batch, Answer answer) {
    long counted = batch.stream().mapToLong(Cut::kept).sum();
    double each = answer.tokens() > 0 && counted > 0 ? (double) answer.tokens() / counted : 1;
    List<Embedding> embeddings = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      Cut text = batch.get(i);
      int kept = (int) Math.round(text.kept() * each);
      embeddings.add(new Embedding(answer.vectors().get(i), kept, text.dropped()));
    }
    return embeddings;
  }

  /** Refuses what waits and closes the connections. */
  public Future<Void> stop() {
    turns.stop();
    return server.close();
  }
}
