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
  private final Map<String, Supplier<Map<String, Dependency>>> informers = new LinkedHashMap<>();

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

  /**
   * Adds states that operators see and that do not decide whether the process is ready.
   *
   * @param subject what they are, for example {@code providers}
   * @param states by their names; read from what is cached, never by I/O
   */
  public void inform(String subject, Supplier<Map<String, Dependency>> states) {
    synchronized (probes) {
      informers.put(subject, states);
    }
  }

  /** Reads every probe; one that throws counts as down. */
  public Report report() {
    Map<String, Supplier<Dependency>> registered;
    Map<String, Supplier<Map<String, Dependency>>> informing;
    synchronized (probes) {
      registered = new LinkedHashMap<>(probes);
      informing = new LinkedHashMap<>(informers);
    }
    Map<String, Dependency> states = new LinkedHashMap<>();
    registered.forEach((name, probe) -> states.put(name, read(probe)));
    boolean ready = states.values().stream().allMatch(s -> s.state() == Dependency.State.UP);
    Map<String, Map<String, Dependency>> information = new LinkedHashMap<>();
    informing.forEach((subject, given) -> information.put(subject, readAll(given)));
    return new Report(ready, states, information);
  }

  private static Map<String, Dependency> readAll(Supplier<Map<String, Dependency>> states) {
    try {
      return states.get();
    } catch (RuntimeException e) {
      return Map.of();
    }
  }

  private static Dependency read(Supplier<Dependency> probe) {
    try {
      return probe.get();
    } catch (RuntimeException e) {
      return Dependency.down("its probe failed with " + e.getClass().getSimpleName());
    }
  }
}
