package io.ruche.embedservice.registry;

import io.ruche.embedservice.engine.EmbeddingModel;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The short numbers that models have in the tables. */
public final class Models {

  private static final String ADD =
      """
      INSERT INTO ruche_embed.model (identity, name, dimensions) VALUES ($1, $2, $3)
      ON CONFLICT (identity) DO UPDATE SET name = excluded.name RETURNING id
      """;

  private final Database database;
  private final Map<String, Integer> known = new ConcurrentHashMap<>();

  public Models(Database database) {
    this.database = database;
  }

  /** The number of a model, given to it now when it has none. */
  public Future<Integer> number(EmbeddingModel model) {
    Integer number = known.get(model.identity());
    if (number != null) {
      return Future.succeededFuture(number);
    }
    return database
        .rows(ADD, model.identity(), model.name(), model.dimensions())
        .map(rows -> rows.getFirst().getInteger(0))
        .onSuccess(given -> known.put(model.identity(), given));
  }
}
