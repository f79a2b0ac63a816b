package io.ruche.lifecycle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/** The dependencies of a process; each probe is a cheap read of a cached state, never I/O. */
public final class Readiness {

  private final Map<String, Supplier<Dependency>> probes = new ConcurrentSkipListMap<>();

  /** Adds a dependency under a name that operators see. */
  public void register(String dependency, Supplier<Dependency> probe) {
    probes.put(dependency, probe);
  }

  /** Reads every probe now. */
  public Report report() {
    Map<String, Dependency> states = new LinkedHashMap<>();
    probes.forEach((name, probe) -> states.put(name, probe.get()));
    boolean ready = states.values().stream().allMatch(s -> s.state() == Dependency.State.UP);
    return new Report(ready, states);
  }
}
