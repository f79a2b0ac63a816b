package io.ruche.aiproxy.operation;

import io.ruche.aiproxy.usage.Usage;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Finds out what one request used, from its answer as it passes. Not thread-safe. */
public interface Meter {

  /** The next bytes of a good answer. */
  void feed(Buffer bytes);

  /** What the provider said; null when it said nothing. */
  @Nullable Usage told();

  /** What was used as far as can be seen, by a request that a provider has had. */
  Usage estimated();
}
