package io.ruche.aiproxy.guard;

import io.ruche.auth.ApiKey;
import io.ruche.auth.limits.Access;
import org.jspecify.annotations.Nullable;

/**
 * An access and whose it is.
 *
 * @param spelled as people call it: {@code the API key 'n8n'}
 */
record Held(String spelled, Access access) {

  static Held ofKey(ApiKey key) {
    return new Held("the API key '" + key.name() + "'", key.access());
  }

  static Held ofTenant(ApiKey key, Access access) {
    return new Held("the tenant '" + key.tenant() + "'", access);
  }

  static Held ofAll(Access access) {
    return new Held("a client of this gateway", access);
  }

  /** In the words of a message, what may be asked for. */
  String models() {
    String all = access.models().isEmpty() ? "every model" : String.join(", ", access.models());
    return access.denyModels().isEmpty()
        ? all
        : all
            + (access.models().isEmpty() ? " but " : ", but not ")
            + String.join(", ", access.denyModels());
  }

  @Nullable Long maxInput() {
    return access.maxInputTokens();
  }

  @Nullable Long maxOutput() {
    return access.maxOutputTokens();
  }
}
