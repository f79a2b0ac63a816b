package io.ruche.aiproxy.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.ruche.aiproxy.ledger.Samples;
import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Outcome;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {

  private final Metrics metrics = new Metrics("test");
  private final Telemetry telemetry = new Telemetry(metrics.registry(), Tracing.off());

  @AfterEach
  void close() {
    metrics.close();
  }

  private void request(Start start, End end, String fault) {
    telemetry.began(start);
    telemetry.ended(start, end, fault, 2_000_000, 35_000_000);
  }

  private static Start start(String tenant, String model) {
    return Samples.start("id", tenant, "a-secret-key-name", model, Instant.EPOCH);
  }

  private static End refused(String model) {
    return new End(
        "groq", model, 404, Outcome.REFUSED_BY_PROVIDER, 0, 0, 0, UsageSource.NONE, 0, 10, 20);
  }

  private long series(String metric) {
    return metrics.scrape().lines().filter(line -> line.startsWith(metric + "{")).count();
  }

  private void assertShown(String line) {
    assertTrue(metrics.scrape().lines().anyMatch(line::equals), () -> line + "\n" + gist());
  }

  private String gist() {
    return String.join(
        "\n",
        metrics
            .scrape()
            .lines()
            .filter(l -> l.matches("(ruche|gen_ai).*") && !l.contains("le="))
            .toList());
  }

  @Test
  void measuresARequestUnderTheNamesOfOpenTelemetry() {
    request(Samples.start("id"), Samples.end(), "");

    String labels =
        "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"groq\","
            + "gen_ai_request_model=\"llama-3.3-70b-versatile\","
            + "gen_ai_response_model=\"llama-3.3-70b-versatile\"";
    assertShown(
        "gen_ai_client_token_usage_sum{"
            + labels
            + ",gen_ai_token_type=\"input\",service=\"test\"} 12.0");
    assertShown(
        "gen_ai_client_token_usage_sum{"
            + labels
            + ",gen_ai_token_type=\"output\",service=\"test\"} 34.0");
    assertShown(
        "gen_ai_client_operation_duration_seconds_sum{error_type=\"\","
            + labels
            + ",service=\"test\"} 0.035");
    assertShown(
        "gen_ai_server_time_to_first_token_seconds_sum{" + labels + ",service=\"test\"} 0.002");
    assertShown(
        "gen_ai_server_time_per_output_token_seconds_sum{" + labels + ",service=\"test\"} 0.001");
    assertShown(
        "ruche_ai_proxy_cost_dollars_total{model=\"llama-3.3-70b-versatile\",provider=\"groq\","
            + "service=\"test\",tenant=\"koff\"} 4.242E-6");
    assertShown(
        "ruche_ai_proxy_requests_total{operation=\"chat\",outcome=\"ok\",service=\"test\","
            + "source=\"http\",tenant=\"koff\"} 1.0");
    assertShown("ruche_ai_proxy_usage_requests_total{service=\"test\",usage=\"provider\"} 1.0");
  }

  @Test
  void countsWhatIsUnderWay() {
    telemetry.began(Samples.start("id"));
    assertShown("ruche_ai_proxy_in_flight_requests{service=\"test\"} 1.0");
    assertShown("ruche_ai_proxy_open_streams{service=\"test\"} 1.0");

    telemetry.ended(Samples.start("id"), Samples.end(), null, 0, 1);
    assertShown("ruche_ai_proxy_in_flight_requests{service=\"test\"} 0.0");
    assertShown("ruche_ai_proxy_open_streams{service=\"test\"} 0.0");
  }

  @Test
  void modelsThatNobodyKnowsAreOneSeries() {
    for (int i = 0; i < 500; i++) {
      request(start("koff", "made-up-" + i), refused("made-up-" + i), null);
    }

    assertEquals(1, series("ruche_ai_proxy_requests_total"));
    assertEquals(2, series("gen_ai_client_operation_duration_seconds_count"));
    assertFalse(metrics.scrape().contains("made-up"));
    assertTrue(gist().contains("gen_ai_request_model=\"other\""), gist());
    assertTrue(gist().contains("error_type=\"404\""), gist());
  }

  @Test
  void aModelIsKnownOnceAProviderHasAnsweredForItUpToANumber() {
    End well = Samples.end();
    for (int i = 0; i < 500; i++) {
      String model = "fine-tuned-" + i;
      request(
          start("koff", model),
          new End("groq", model, 200, Outcome.OK, 1, 0, 1, well.usage(), 7, 10, 20),
          null);
    }

    assertTrue(metrics.scrape().contains("fine-tuned-0"));
    assertTrue(series("ruche_ai_proxy_cost_dollars_total") <= 101, gist());
  }

  @Test
  void tenantsAreBoundedAndKeysAreNeverNamed() {
    for (int i = 0; i < 300; i++) {
      request(start("tenant-" + i, "m"), Samples.end(), null);
    }

    assertEquals(101, series("ruche_ai_proxy_requests_total"));
    assertTrue(gist().contains("tenant=\"other\"} 200.0"), gist());
    assertFalse(metrics.scrape().contains("a-secret-key-name"));
  }

  @Test
  void tellsWhyARequestFailed() {
    End failed =
        new End(null, null, 0, Outcome.PROVIDER_FAILED, 0, 0, 0, UsageSource.NONE, 0, -1, 20);
    End left =
        new End("groq", "m", 200, Outcome.CLIENT_LEFT, 5, 0, 9, UsageSource.ESTIMATED, 0, 1, 2);
    request(Samples.start("a"), failed, "upstream_timeout");
    request(Samples.start("b"), left, null);

    assertTrue(gist().contains("error_type=\"upstream_timeout\""), gist());
    assertTrue(gist().contains("error_type=\"client_left\""), gist());
    assertShown("ruche_ai_proxy_usage_requests_total{service=\"test\",usage=\"estimated\"} 1.0");
  }

  @Test
  void allocatesNothingForARequestOfAKnownKind() {
    Start start = Samples.start("id");
    End end = Samples.end();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 200_000; i++) {
      measured(start, end);
    }
    int requests = 100_000;
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < requests; i++) {
      measured(start, end);
    }
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / requests;

    assertEquals(0, each, "bytes a request");
  }

  private void measured(Start start, End end) {
    telemetry.began(start);
    telemetry.ended(start, end, null, 2_000_000, 35_000_000);
    telemetry.overhead(150_000);
  }
}
