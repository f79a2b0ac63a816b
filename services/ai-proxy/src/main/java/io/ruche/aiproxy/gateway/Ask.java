package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.cache.CacheControl;
import io.ruche.aiproxy.guard.Guarded;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.auth.ApiKey;
import org.jspecify.annotations.Nullable;

/**
 * A request to a model, and who makes it.
 *
 * @param key who asks
 * @param commandId the command's id; null for HTTP
 * @param cache what it wants of a cache, where its route has one
 */
public record Ask(
    ApiKey key,
    Source source,
    @Nullable String commandId,
    ModelRequest request,
    CacheControl cache) {

  /** A request that says nothing of caches. */
  public Ask(ApiKey key, Source source, @Nullable String commandId, ModelRequest request) {
    this(key, source, commandId, request, CacheControl.USE);
  }

  /** The same as it goes on from the guard. */
  Ask as(Guarded guarded) {
    return new Ask(key, source, commandId, guarded.request(), cache);
  }
}
