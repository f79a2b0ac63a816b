package io.ruche.standalone.bench.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class LatenciesTest {

  private static final long MILLI = 1_000_000;

  @Test
  void countsFromWhenAMessageWasDueAndNotFromWhenItWasSent() {
    Latencies latencies = new Latencies(2, 10 * MILLI);
    latencies.begin(0);
    latencies.came(0, 3 * MILLI);
    latencies.came(1, 15 * MILLI);
    JsonObject result = latencies.toJson(2);
    assertEquals(3.0, result.getDouble("p50"));
    assertEquals(5.0, result.getDouble("max"));
  }

  @Test
  void takesOnlyTheFirstOfTwoAnswers() {
    Latencies latencies = new Latencies(1, MILLI);
    latencies.begin(0);
    latencies.came(0, MILLI);
    latencies.came(0, 9 * MILLI);
    assertEquals(1.0, latencies.toJson(1).getDouble("max"));
    assertEquals(0, latencies.toJson(1).getInteger("missing"));
  }

  @Test
  void countsAMissingAnswerAsSlowerThanAllOthers() {
    Latencies latencies = new Latencies(100, MILLI);
    latencies.begin(0);
    for (int i = 0; i < 98; i++) {
      latencies.came(i, i * MILLI + MILLI);
    }
    JsonObject result = latencies.toJson(100);
    assertEquals(2, result.getInteger("missing"));
    assertEquals(1.0, result.getDouble("p50"));
    assertTrue(result.getDouble("p99") > 1e9, result.encode());
  }
}
