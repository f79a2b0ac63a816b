package io.ruche.aiproxy.telemetry;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The metrics of one kind of request for one model, answered by one model of one provider, under
 * the names and with the buckets of OpenTelemetry's conventions for generative AI. Thread-safe.
 */
final class ModelMeters {

  private static final double[] TOKENS = {
    1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304
  };

  private static final Duration[] WHOLE =
      millis(10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 5_120, 10_240, 20_480, 40_960, 81_920);

  private static final Duration[] FIRST =
      millis(1, 5, 10, 20, 40, 60, 80, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000);

  private static final Duration[] EACH =
      millis(1, 2, 5, 10, 25, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1_000, 2_500);

  private final MeterRegistry registry;
  private final Tags tags;
  private final DistributionSummary input;
  private final DistributionSummary output;
  private final Timer well;
  private final Timer firstToken;
  private final Timer eachToken;

  /** Of the closed set of errors, those that occurred. */
  private final Map<String, Timer> failed = new ConcurrentHashMap<>();

  /**
   * @param requested as the client named it
   * @param answering as the provider names it; empty when none was asked
   */
  ModelMeters(
      MeterRegistry registry,
      String operation,
      String provider,
      String requested,
      String answering) {
    this.registry = registry;
    this.tags =
        Tags.of(
            "gen_ai.operation.name",
            operation,
            "gen_ai.provider.name",
            provider,
            "gen_ai.request.model",
            requested,
            "gen_ai.response.model",
            answering);
    this.input = usage("input");
    this.output = usage("output");
    this.well = duration("");
    this.firstToken =
        timer("gen_ai.server.time_to_first_token", "From a request to its first token", FIRST);
    this.eachToken =
        timer("gen_ai.server.time_per_output_token", "A token after the first one", EACH);
  }

  private static Duration[] millis(int... values) {
    return Arrays.stream(values).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }

  private DistributionSummary usage(String type) {
    return DistributionSummary.builder("gen_ai.client.token.usage")
        .description("Input and output tokens of a request")
        .tags(tags.and("gen_ai.token.type", type))
        .serviceLevelObjectives(TOKENS)
        .register(registry);
  }

  /** Prometheus takes an empty label for none, which is what the conventions want of a success. */
  private Timer duration(String error) {
    return Timer.builder("gen_ai.client.operation.duration")
        .description("A whole request, all its attempts included")
        .tags(tags.and("error.type", error))
        .serviceLevelObjectives(WHOLE)
        .register(registry);
  }

  private Timer timer(String name, String description, Duration... buckets) {
    return Timer.builder(name)
        .description(description)
        .tags(tags)
        .serviceLevelObjectives(buckets)
        .register(registry);
  }

  /**
   * A request has ended.
   *
   * @param error of the closed set of errors; empty when there was none
   * @param firstNanos from the request to the first piece of a stream; 0 when none came
   * @param nanos from the request to its end
   */
  void ended(End end, String error, long firstNanos, long nanos) {
    (error.isEmpty() ? well : failed.computeIfAbsent(error, this::duration))
        .record(nanos, TimeUnit.NANOSECONDS);
    if (end.usage() != UsageSource.NONE) {
      input.record((double) end.inputTokens());
      output.record((double) end.outputTokens());
    }
    if (firstNanos > 0) {
      firstToken.record(firstNanos, TimeUnit.NANOSECONDS);
      if (error.isEmpty() && end.outputTokens() > 1) {
        eachToken.record((nanos - firstNanos) / (end.outputTokens() - 1), TimeUnit.NANOSECONDS);
      }
    }
  }
}
