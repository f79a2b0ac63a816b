package io.ruche.aiproxy.limits;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.metrics.Metrics;
import org.junit.jupiter.api.Test;

class LimitsMetricsTest {

  @Test
  void hasNamesThatKeepTheRule() {
    try (Metrics metrics = new Metrics("ai-proxy")) {
      LimitsMetrics limits = new LimitsMetrics(metrics.registry());
      limits.watch(() -> true);
      limits.alone();
      limits.call();
      limits.unavailable();
      limits.refused(new Owner("koff", null), Measure.USD_PER_DAY);

      String shown = metrics.scrape();

      assertTrue(shown.contains("ruche_ai_proxy_limits_away_stores{service=\"ai-proxy\"} 1.0"));
      assertTrue(
          shown.contains(
              "ruche_ai_proxy_limits_refused_requests_total{limit=\"usd-per-day\",owner=\"tenant\""));
    }
  }
}
