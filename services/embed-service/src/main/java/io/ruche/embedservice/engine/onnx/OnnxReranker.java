package io.ruche.embedservice.engine.onnx;

import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Reranker;
import io.ruche.embedservice.engine.schedule.Scheduler;
import io.ruche.embedservice.engine.schedule.Work;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** A cross-encoder in this process, under a schedule. */
public final class OnnxReranker implements Reranker {

  private final CrossEncoder model;
  private final Scheduler scheduler;

  /** Neither is closed with it. */
  public OnnxReranker(CrossEncoder model, Scheduler scheduler) {
    this.model = model;
    this.scheduler = scheduler;
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public Future<List<Float>> scores(String query, List<String> texts, Lane lane) {
    return scores(query, texts, lane, () -> false);
  }

  @Override
  public Future<List<Float>> scores(
      String query, List<String> texts, Lane lane, BooleanSupplier gone) {
    Pairs pairs = new Pairs(model, query, List.copyOf(texts));
    return scheduler.submit(lane, pairs, gone).map(done -> pairs.found());
  }

  /** The texts of one request, and what has become of them. */
  private static final class Pairs implements Work {

    private final CrossEncoder model;
    private final String query;
    private final List<String> texts;
    private final AtomicReferenceArray<Float> scores;

    Pairs(CrossEncoder model, String query, List<String> texts) {
      this.model = model;
      this.query = query;
      this.texts = texts;
      this.scores = new AtomicReferenceArray<>(texts.size());
    }

    @Override
    public int pieces() {
      return texts.size();
    }

    @Override
    public int estimate(int piece) {
      return model.estimate(query, texts.get(piece));
    }

    @Override
    public int run(int piece) {
      CrossEncoder.Judged judged = model.judge(query, texts.get(piece));
      scores.set(piece, judged.score());
      return judged.tokens();
    }

    List<Float> found() {
      return IntStream.range(0, texts.size()).mapToObj(scores::get).toList();
    }
  }
}
