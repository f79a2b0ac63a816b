package io.ruche.aiproxy.cache;

import io.ruche.aiproxy.cache.semantic.EmbeddingCall;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/**
 * A request on its way to the cache.
 *
 * @param tenant whose answers it may get
 * @param body as it would be sent
 * @param patience how long it may wait for another request's answer
 * @param embeddings asks for embeddings in the name of who asks
 */
public record Question(
    String tenant,
    Buffer body,
    boolean stream,
    CacheControl control,
    Duration patience,
    EmbeddingCall embeddings) {}
