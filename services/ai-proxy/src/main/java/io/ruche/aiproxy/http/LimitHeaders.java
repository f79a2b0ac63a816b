package io.ruche.aiproxy.http;

import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.limits.Standing;
import io.ruche.auth.web.RateLimitHandler;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client where its limits stand, as OpenAI does: the headers {@code x-ratelimit-*} on every
 * answer.
 */
public final class LimitHeaders {

  private LimitHeaders() {}

  /**
   * Sets the headers of the limits there are, in place of all that a provider has sent; without
   * limits the provider's stay.
   */
  public static void write(Decision decision, MultiMap headers) {
    if (decision.requests() == null && decision.tokens() == null) {
      return;
    }
    write(headers, decision.requests(), "requests");
    write(headers, decision.tokens(), "tokens");
  }

  private static void write(MultiMap headers, @Nullable Standing standing, String of) {
    headers.remove("x-ratelimit-limit-" + of);
    headers.remove("x-ratelimit-remaining-" + of);
    headers.remove("x-ratelimit-reset-" + of);
    if (standing != null) {
      headers.set("x-ratelimit-limit-" + of, Long.toString(standing.limit()));
      headers.set("x-ratelimit-remaining-" + of, Long.toString(standing.remaining()));
      headers.set("x-ratelimit-reset-" + of, RateLimitHandler.spelled(standing.reset()));
    }
  }
}
