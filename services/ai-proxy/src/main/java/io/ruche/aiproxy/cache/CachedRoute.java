package io.ruche.aiproxy.cache;

import io.ruche.aiproxy.cache.entry.Digest;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route whose answers are kept.
 *
 * @param alias that clients name as the model
 * @param targets tells which models at which addresses answer: what others have answered is not
 *     found any more
 * @param embedder whose embeddings are compared; null without a semantic cache
 */
public record CachedRoute(
    String alias, String targets, CacheConfig config, @Nullable Provider embedder) {

  /** The cache of a route as it is now. */
  public static CachedRoute of(
      String alias, Route route, CacheConfig config, @Nullable Provider embedder) {
    Digest digest = new Digest();
    for (List<Target> tier : route.tiers()) {
      digest.number(tier.size());
      for (Target target : tier) {
        digest
            .text(target.provider().name())
            .text(target.provider().baseUrl().toString())
            .text(target.model());
      }
    }
    return new CachedRoute(alias, digest.end(), config, embedder);
  }
}
