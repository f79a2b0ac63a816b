package io.ruche.embedservice.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts the texts that a model was run on, here or elsewhere, by lane. */
public final class WorkMeter {

  private record OfLane(Counter tokens, Counter texts, Counter failed) {}

  private final Map<Lane, OfLane> lanes = new EnumMap<>(Lane.class);

  /** Registers its counters. */
  public WorkMeter(MeterRegistry registry) {
    for (Lane lane : Lane.values()) {
      String word = lane.name().toLowerCase(Locale.ROOT);
      lanes.put(
          lane,
          new OfLane(
              Counter.builder("ruche_embed_engine_tokens_total")
                  .description("Tokens that were run")
                  .tag("lane", word)
                  .register(registry),
              texts(registry, word, "ok"),
              texts(registry, word, "failed")));
    }
  }

  private static Counter texts(MeterRegistry registry, String lane, String result) {
    return Counter.builder("ruche_embed_engine_texts_total")
        .description("Texts that were run")
        .tag("lane", lane)
        .tag("result", result)
        .register(registry);
  }

  private OfLane of(Lane lane) {
    OfLane meters = lanes.get(lane);
    if (meters == null) {
      throw new IllegalStateException("no meters of " + lane);
    }
    return meters;
  }

  /** A text was run. */
  public void done(Lane lane, int tokens) {
    of(lane).tokens.increment(tokens);
    of(lane).texts.increment();
  }

  /** Texts were run in vain. */
  public void failed(Lane lane, int texts) {
    of(lane).failed.increment(texts);
  }
}
