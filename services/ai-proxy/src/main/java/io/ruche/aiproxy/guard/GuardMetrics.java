package io.ruche.aiproxy.guard;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.guard.find.Kind;
import io.ruche.aiproxy.guard.redact.Redaction;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** What the guard counts, named {@code ruche_ai_guard_...}. */
final class GuardMetrics {

  private final Map<Kind, Counter> redactions = new EnumMap<>(Kind.class);
  private final MeterRegistry registry;

  GuardMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Kind kind : Kind.values()) {
      redactions.put(
          kind,
          Counter.builder("ruche_ai_guard_redactions_total")
              .description("Places in requests at which personal data was replaced")
              .tag("kind", kind.word())
              .register(registry));
    }
  }

  void redacted(Redaction redaction) {
    redaction
        .counts()
        .forEach((kind, count) -> Objects.requireNonNull(redactions.get(kind)).increment(count));
  }

  /** A request was refused; the code is that of its failure. */
  void refused(String code) {
    registry.counter("ruche_ai_guard_refused_requests_total", "reason", code).increment();
  }
}
