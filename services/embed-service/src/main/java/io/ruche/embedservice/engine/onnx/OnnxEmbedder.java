package io.ruche.embedservice.engine.onnx;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.embedservice.engine.CutMeter;
import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.engine.TokenInput;
import io.ruche.embedservice.engine.schedule.Scheduler;
import io.ruche.embedservice.engine.schedule.Work;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** A model in this process, under a schedule. */
public final class OnnxEmbedder implements Embedder, TokenInput {

  private final OnnxModel model;
  private final Scheduler scheduler;
  private final CutMeter cuts;

  /** Neither is closed with it. */
  public OnnxEmbedder(OnnxModel model, Scheduler scheduler, MeterRegistry registry) {
    this.model = model;
    this.scheduler = scheduler;
    this.cuts = new CutMeter(registry);
  }

  @Override
  public EmbeddingModel model() {
    return model.model();
  }

  @Override
  public Future<List<Embedding>> embed(List<String> texts, Purpose purpose, Lane lane) {
    return embed(texts, purpose, lane, () -> false);
  }

  @Override
  public Future<List<Embedding>> embed(
      List<String> texts, Purpose purpose, Lane lane, BooleanSupplier gone) {
    List<String> all = List.copyOf(texts);
    return submit(
        new Texts(
            all.size(),
            piece -> model.estimate(all.get(piece)),
            piece -> cuts.count(model.embed(all.get(piece), purpose))),
        lane,
        gone);
  }

  @Override
  public int vocabulary() {
    return model.tokenizer().vocabulary();
  }

  @Override
  public Future<List<Embedding>> embedTokens(
      List<int[]> sequences, Lane lane, BooleanSupplier gone) {
    List<int[]> all = List.copyOf(sequences);
    return submit(
        new Texts(
            all.size(),
            piece -> Math.min(all.get(piece).length + 2, model.model().mostTokens()),
            piece ->
                cuts.count(model.embed(Arrays.stream(all.get(piece)).asLongStream().toArray()))),
        lane,
        gone);
  }

  private Future<List<Embedding>> submit(Texts texts, Lane lane, BooleanSupplier gone) {
    return scheduler.submit(lane, texts, gone).map(done -> texts.embeddings());
  }

  /** The texts of one request, and what has become of them. */
  private static final class Texts implements Work {

    private final IntUnaryOperator estimate;
    private final IntFunction<Embedding> embed;
    private final AtomicReferenceArray<Embedding> embeddings;

    Texts(int count, IntUnaryOperator estimate, IntFunction<Embedding> embed) {
      this.estimate = estimate;
      this.embed = embed;
      this.embeddings = new AtomicReferenceArray<>(count);
    }

    @Override
    public int pieces() {
      return embeddings.length();
    }

    @Override
    public int estimate(int piece) {
      return estimate.applyAsInt(piece);
    }

    @Override
    public int run(int piece) {
      Embedding embedding = embed.apply(piece);
      embeddings.set(piece, embedding);
      return embedding.tokens();
    }

    List<Embedding> embeddings() {
      return IntStream.range(0, embeddings.length()).mapToObj(embeddings::get).toList();
    }
  }
}
