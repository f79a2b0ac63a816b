package io.ruche.aiproxy.http;

import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.limits.Standing;
import io.ruche.auth.web.RateLimitHandler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client where its limits stand, as OpenAI does: the headers {@code x-ratelimit-*} on every
 * answer.
 */
public final class LimitHeaders {

  private static final Names REQUESTS = Names.of("requests");
  private static final Names TOKENS = Names.of("tokens");

  private record Names(CharSequence limit, CharSequence remaining, CharSequence reset) {

    static Names of(String kind) {
      return new Names(
          HttpHeaders.createOptimized("x-ratelimit-limit-" + kind),
          HttpHeaders.createOptimized("x-ratelimit-remaining-" + kind),
          HttpHeaders.createOptimized("x-ratelimit-reset-" + kind));
    }
  }

  private LimitHeaders() {}

  /**
   * Sets the headers of the limits there are, in place of all that a provider has sent; without
   * limits the provider's stay.
   */
  public static void write(Decision decision, MultiMap headers) {
    if (decision.requests() != null || decision.tokens() != null) {
      write(headers, decision.requests(), REQUESTS);
      write(headers, decision.tokens(), TOKENS);
    }
  }

  private static void write(MultiMap headers, @Nullable Standing standing, Names names) {
    if (standing == null) {
      headers.remove(names.limit).remove(names.remaining).remove(names.reset);
    } else {
      headers
          .set(names.limit, Long.toString(standing.limit()))
          .set(names.remaining, Long.toString(standing.remaining()))
          .set(names.reset, RateLimitHandler.spelled(standing.reset()));
    }
  }
}
