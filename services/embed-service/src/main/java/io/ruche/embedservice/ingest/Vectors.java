package io.ruche.embedservice.ingest;

import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.ingest.parts.ModelInUse;
import io.ruche.embedservice.registry.VectorCache;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Vectors of texts: those that were made once are not made again. */
final class Vectors {

  /**
   * The vectors of some texts.
   *
   * @param byHash one for each text
   * @param embedded how many of them the model was asked for
   */
  record Made(Map<Buffer, Embedding> byHash, int embedded) {}

  private final VectorCache cache;

  Vectors(VectorCache cache) {
    this.cache = cache;
  }

  /** The vectors of texts by their hashes; new ones are remembered before this completes. */
  Future<Made> of(ModelInUse model, Map<Buffer, String> texts) {
    return cache
        .find(model.model(), texts.keySet())
        .compose(
            known -> {
              Map<Buffer, String> unknown = new LinkedHashMap<>(texts);
              unknown.keySet().removeAll(known.keySet());
              return unknown.isEmpty()
                  ? Future.succeededFuture(new Made(known, 0))
                  : embed(model, unknown).map(fresh -> joined(known, fresh));
            });
  }

  private Future<Map<Buffer, Embedding>> embed(ModelInUse model, Map<Buffer, String> unknown) {
    List<Buffer> hashes = List.copyOf(unknown.keySet());
    return model
        .embedder()
        .embed(List.copyOf(unknown.values()), Purpose.PASSAGE, Lane.BULK)
        .map(
            made -> {
              Map<Buffer, Embedding> fresh = new HashMap<>();
              for (int i = 0; i < hashes.size(); i++) {
                fresh.put(hashes.get(i), made.get(i));
              }
              return fresh;
            })
        .compose(fresh -> cache.add(model.model(), fresh).map(fresh));
  }

  private static Made joined(Map<Buffer, Embedding> known, Map<Buffer, Embedding> fresh) {
    Map<Buffer, Embedding> all = new HashMap<>(known);
    all.putAll(fresh);
    return new Made(all, fresh.size());
  }
}
