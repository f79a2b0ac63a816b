package io.ruche.standalone.bench.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SoakBenchTest {

  @Test
  void tellsTheGrowthAnHourOfOneValueEveryTwentySeconds() {
    assertEquals(180.0, SoakBench.slopeAnHour(List.of(10.0, 11.0, 12.0, 13.0)), 1e-9);
    assertEquals(0.0, SoakBench.slopeAnHour(List.of(10.0, 10.0, 10.0)), 1e-9);
  }
}
