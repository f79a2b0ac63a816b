package io.ruche.lifecycle;

import java.util.Map;

/** The state of every dependency by name, and whether all of them are up. */
public record Report(boolean ready, Map<String, Dependency> dependencies) {}
