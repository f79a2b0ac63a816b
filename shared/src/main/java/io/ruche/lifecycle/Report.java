package io.ruche.lifecycle;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The readiness of a process at one moment.
 *
 * @param ready whether every dependency is up
 * @param dependencies each one's state by its name, in the order of registration
 */
public record Report(boolean ready, Map<String, Dependency> dependencies) {

  /** Takes a copy that keeps the order. */
  public Report {
    dependencies = Collections.unmodifiableMap(new LinkedHashMap<>(dependencies));
  }
}
