package io.ruche.aiproxy.telemetry;

import io.ruche.aiproxy.ledger.Samples;
import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.routing.Pool;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.routing.Timeouts;
import io.ruche.aiproxy.routing.retry.Retries;
import io.ruche.aiproxy.upstream.Attempt;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What measuring one streamed request costs. A program, not a test: it prints nanoseconds of
 * processor time, which a busy machine disturbs less than those of the clock.
 */
final class TelemetryCost {

  private static final int REQUESTS = 2_000_000;
  private static final int ROUNDS = 7;

  private TelemetryCost() {}

  public static void main(String[] args) {
    try (Metrics metrics = new Metrics("cost")) {
      Telemetry telemetry = new Telemetry(metrics.registry(), Tracing.off());
      Start start = Samples.start("id");
      End end = Samples.end();
      Duration second = Duration.ofSeconds(1);
      Target target =
          Target.only(
              new Provider(
                  "groq",
                  URI.create("http://127.0.0.1:1"),
                  null,
                  new Timeouts(second, second, second),
                  new Pool(1, 1, second),
                  new Retries(0, Duration.ZERO, Duration.ZERO),
                  Map.of(),
                  null),
              start.model());
      double[] rounds = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        long began = cpu();
        for (int i = 0; i < REQUESTS; i++) {
          telemetry.began(start);
          telemetry
              .attempts()
              .ended(new Attempt(1, 0, false, target, 200, null, Duration.ofNanos(i)));
          telemetry.overhead(150_000 + i % 1_000);
          telemetry.ended(start, end, null, 2_000_000, 35_000_000);
        }
        rounds[round] = (cpu() - began) / (double) REQUESTS;
      }
      Arrays.sort(rounds);
      System.out.printf(
          "%.0f ns a request, best of %d; median %.0f; %.1f %% of a core at 15,000/s%n",
          rounds[0],
          ROUNDS,
          rounds[ROUNDS / 2],
          rounds[ROUNDS / 2] * 15_000 / TimeUnit.SECONDS.toNanos(1) * 100);
    }
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
