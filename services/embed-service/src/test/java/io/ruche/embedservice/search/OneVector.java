package io.ruche.embedservice.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.EmbeddingModel;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.index.Samples;
import io.vertx.core.Future;
import java.util.List;

/** An engine that gives every query the same vector and says that it dropped seven tokens. */
final class OneVector implements Embedder {

  @Override
  public EmbeddingModel model() {
    return new EmbeddingModel("one", "one", Samples.DIMENSIONS, 512);
  }

  @Override
  public Future<List<Embedding>> embed(List<String> texts, Purpose purpose, Lane lane) {
    assertEquals(Purpose.QUERY, purpose);
    assertEquals(Lane.INTERACTIVE, lane);
    return Future.succeededFuture(
        texts.stream().map(text -> new Embedding(Samples.vector(1), 512, 7)).toList());
  }
}
