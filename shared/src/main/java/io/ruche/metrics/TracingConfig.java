package io.ruche.metrics;

import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.config.Variable;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Whether and where traces go.
 *
 * @param otlpEndpoint base address of an OTLP/HTTP collector; {@code /v1/traces} is appended. Null:
 *     off
 * @param sampleRatio share of new traces that is kept, 0 to 1; a caller's own decision is kept as
 *     it is
 */
public record TracingConfig(
    @Description(
            "Base address of an OTLP/HTTP collector, for example http://otel-collector:4318; off when"
                + " not given.")
        @Variable("RUCHE_OTLP_ENDPOINT")
        @Nullable URI otlpEndpoint,
    @Description("Share of new traces that is kept, from 0 to 1.") @Default("1.0")
        double sampleRatio) {

  /** No traces. */
  public static final TracingConfig OFF = new TracingConfig(null, 1.0);

  /** Rejects ratios outside 0 to 1 and endpoints that are not HTTP. */
  public TracingConfig {
    if (!(sampleRatio >= 0 && sampleRatio <= 1)) {
      throw new IllegalArgumentException("sample-ratio must be from 0 to 1, not " + sampleRatio);
    }
    if (otlpEndpoint != null
        && !"http".equals(otlpEndpoint.getScheme())
        && !"https".equals(otlpEndpoint.getScheme())) {
      throw new IllegalArgumentException(
          "otlp-endpoint must be an http or https address, for example http://otel-collector:4318");
    }
  }
}
