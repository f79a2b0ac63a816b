package io.ruche.aiproxy.objects;

import io.ruche.aiproxy.usage.Usage;
import java.util.Map;

/** Takes down what batches used. */
@FunctionalInterface
public interface BatchLedger {

  /**
   * Writes it down, once for each batch and model, however often it is told.
   *
   * @param byModel what the answered requests of the batch used together, by the provider's name of
   *     the model
   * @throws io.ruche.http.Failure 503 when it cannot be written down now
   */
  void used(ProviderObject batch, Map<String, Usage> byModel);
}
