package io.ruche.metrics;

import io.ruche.lifecycle.Lifecycle;
import org.jspecify.annotations.Nullable;

/** Starts spans, or does nothing at no cost when tracing is off. Thread-safe. */
public sealed interface Tracing extends Lifecycle permits NoTracing, OtlpTracing {

  /** Tracing as configured; no class of the SDK is loaded when it is off. */
  static Tracing of(TracingConfig config, String service) {
    return config.otlpEndpoint() == null
        ? off()
        : new OtlpTracing(config.otlpEndpoint(), config.sampleRatio(), service);
  }

  /** Tracing that records nothing and passes traceparents through. */
  static Tracing off() {
    return NoTracing.INSTANCE;
  }

  /** Whether spans go anywhere: lets a hot path skip what only a span would need. */
  boolean on();

  /**
   * Starts a span.
   *
   * @param name what is done, of few different values: {@code POST /v1/chat/completions}
   * @param traceparent the W3C traceparent that came with the work; null or a malformed one starts
   *     a new trace
   */
  Span start(String name, Span.Kind kind, @Nullable String traceparent);
}
