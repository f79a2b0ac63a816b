package io.ruche.embedservice.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts texts that were too long for the model, and what of them it has not seen. */
public final class CutMeter {

  private final Counter texts;
  private final Counter tokens;

  /** Registers its counters. */
  public CutMeter(MeterRegistry registry) {
    this.texts =
        Counter.builder("ruche_embed_engine_truncated_texts_total")
            .description("Texts that were cut because they are longer than the model takes")
            .register(registry);
    this.tokens =
        Counter.builder("ruche_embed_engine_dropped_tokens_total")
            .description("Tokens that were cut off")
            .register(registry);
  }

  /** Counts a text, and gives it back. */
  public Embedding count(Embedding embedding) {
    if (embedding.truncated()) {
      texts.increment();
      tokens.increment(embedding.dropped());
    }
    return embedding;
  }
}
