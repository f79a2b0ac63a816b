package io.ruche.lifecycle;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The readiness of a process at one moment.
 *
 * @param ready whether every dependency is up
 * @param dependencies each one's state by its name, in the order of registration
 * @param information by subject, then by name: states that decide nothing
 */
public record Report(
    boolean ready,
    Map<String, Dependency> dependencies,
    Map<String, Map<String, Dependency>> information) {

  /** Takes a copy that keeps the order. */
  public Report {
    dependencies = Collections.unmodifiableMap(new LinkedHashMap<>(dependencies));
    information = Collections.unmodifiableMap(new LinkedHashMap<>(information));
  }
}
