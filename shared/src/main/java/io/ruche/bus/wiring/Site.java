package io.ruche.bus.wiring;

import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One broker and one Redis, and whose they are.
 *
 * @param name {@code shared}, or the tenant that has stores of its own
 * @param tenant the only tenant served, or null for all but {@code others}
 * @param others tenants with sites of their own
 */
public record Site(
    String name, URI broker, URI redis, @Nullable String tenant, Set<String> others) {

  boolean serves(String candidate) {
    return tenant == null ? !others.contains(candidate) : tenant.equals(candidate);
  }

  @Override
  public String toString() {
    return "Site " + name;
  }
}
