package io.ruche.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReadinessTest {

  private final Readiness readiness = new Readiness();

  @Test
  void isReadyWithoutDependencies() {
    assertEquals(new Report(true, Map.of(), Map.of()), readiness.report());
  }

  @Test
  void followsADependencyThatGoesAndComesBack() {
    AtomicReference<Dependency> redis = new AtomicReference<>(Dependency.down("connecting"));
    readiness.register("redis", redis::get);
    assertFalse(readiness.report().ready());
    redis.set(Dependency.up());
    assertTrue(readiness.report().ready());
    redis.set(Dependency.down("refused"));
    assertEquals(
        new Report(false, Map.of("redis", Dependency.down("refused")), Map.of()),
        readiness.report());
  }

  @Test
  void namesEveryDependencyInTheOrderOfRegistration() {
    readiness.register("redis", Dependency::up);
    readiness.register("mqtt", () -> Dependency.down("refused"));
    readiness.register("a", Dependency::up);
    Report report = readiness.report();
    assertFalse(report.ready());
    assertEquals(List.of("redis", "mqtt", "a"), List.copyOf(report.dependencies().keySet()));
  }

  @Test
  void countsAProbeThatThrowsAsDownWithoutItsMessage() {
    readiness.register(
        "redis",
        () -> {
          throw new IllegalStateException("redis://:hunter2@host");
        });
    assertEquals(
        Map.of("redis", Dependency.down("its probe failed with IllegalStateException")),
        readiness.report().dependencies());
  }

  @Test
  void tellsWhatIsDownOfTheInformationAndStaysReady() {
    Map<String, Dependency> providers = Map.of("groq", Dependency.down("it answered 500"));
    readiness.register("redis", Dependency::up);
    readiness.inform("providers", () -> providers);
    readiness.inform(
        "broken",
        () -> {
          throw new IllegalStateException("no");
        });

    Report report = readiness.report();

    assertTrue(report.ready());
    assertEquals(Map.of("providers", providers, "broken", Map.of()), report.information());
  }

  @Test
  void refusesANameThatIsTaken() {
    readiness.register("redis", Dependency::up);
    assertThrows(IllegalArgumentException.class, () -> readiness.register("redis", Dependency::up));
  }
}
