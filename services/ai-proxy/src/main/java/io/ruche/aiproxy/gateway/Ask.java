package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.cache.CacheControl;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.upstream.ChatRequest;
import io.ruche.auth.ApiKey;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A request for a chat completion.
 *
 * @param key who asks
 * @param commandId the command's id; null for HTTP
 * @param body what {@code request} was read from
 * @param cache what it wants of a cache, where its route has one
 */
public record Ask(
    ApiKey key,
    Source source,
    @Nullable String commandId,
    ChatRequest request,
    Buffer body,
    CacheControl cache) {

  /** A request that says nothing of caches. */
  public Ask(
      ApiKey key, Source source, @Nullable String commandId, ChatRequest request, Buffer body) {
    this(key, source, commandId, request, body, CacheControl.USE);
  }
}
