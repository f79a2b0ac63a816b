package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.guard.Guarded;
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
 */
public record Ask(
    ApiKey key, Source source, @Nullable String commandId, ChatRequest request, Buffer body) {

  /** The same as it goes on from the guard. */
  Ask as(Guarded guarded) {
    return new Ask(key, source, commandId, guarded.request(), guarded.body());
  }
}
