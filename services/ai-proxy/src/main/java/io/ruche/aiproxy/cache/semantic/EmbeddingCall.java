package io.ruche.aiproxy.cache.semantic;

import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Transfer;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Asks for an embedding as a part of somebody's request. */
@FunctionalInterface
public interface EmbeddingCall {

  /**
   * Sends a body for {@code /embeddings}, whose model is spelled {@code provider/model}. Fails with
   * a {@link Failure}, and then asks nobody, when the limits of who asks have no room for it.
   */
  Future<Transfer> send(Buffer body, Reader reader);
}
