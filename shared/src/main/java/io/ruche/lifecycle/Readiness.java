package io.ruche.lifecycle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The dependencies of a process, each with a probe that reads a cached state and never does I/O.
 * Any thread may register and report.
 */
public final class Readiness {

  private final Map<String, Supplier<Dependency>> probes = new LinkedHashMap<>();

  /**
   * Adds a dependency under the name that operators see.
   *
   * @throws IllegalArgumentException when the name is taken
   */
  public void register(String dependency, Supplier<Dependency> probe) {
    synchronized (probes) {
      if (probes.putIfAbsent(dependency, probe) != null) {
        throw new IllegalArgumentException("a dependency called " + dependency + " is registered");
      }
    }
  }

  /** Reads every probe; one that throws counts as down. */
  public Report report() {
    Map<String, Supplier<Dependency>> registered;
    synchronized (probes) {
      registered = new LinkedHashMap<>(probes);
    }
    Map<String, Dependency> states = new LinkedHashMap<>();
    registered.forEach((name, probe) -> states.put(name, read(probe)));
    boolean ready = states.values().stream().allMatch(s -> s.state() == Dependency.State.UP);
    return new Report(ready, states);
  }

  private static Dependency read(Supplier<Dependency> probe) {
    try {
      return probe.get();
    } catch (RuntimeException e) {
      return Dependency.down("its probe failed with " + e.getClass().getSimpleName());
    }
  }
}
