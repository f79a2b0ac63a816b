package io.ruche.aiproxy.limits;

import org.jspecify.annotations.Nullable;

/**
 * Whose a limit is.
 *
 * @param key the key's name; null for the tenant with all its keys
 */
public record Owner(String tenant, @Nullable String key) {

  /** As people call it: {@code the API key 'n8n'}, {@code the tenant 'koff'}. */
  public String spelled() {
    return key == null ? "the tenant '" + tenant + "'" : "the API key '" + key + "'";
  }

  /** {@code key} or {@code tenant}. */
  public String kind() {
    return key == null ? "tenant" : "key";
  }
}
