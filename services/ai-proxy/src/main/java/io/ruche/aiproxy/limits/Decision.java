package io.ruche.aiproxy.limits;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether a request may go on. */
public sealed interface Decision {

  /**
   * The limit of requests that is nearest to its end, of those a minute and a day, of the key and
   * of the tenant; null when there is none.
   */
  @Nullable Standing requests();

  /** The same of tokens. */
  @Nullable Standing tokens();

  /** It may, and what it needs is reserved. */
  record Granted(Reservation reservation, @Nullable Standing requests, @Nullable Standing tokens)
      implements Decision {}

  /**
   * A limit is used up; nothing is reserved.
   *
   * @param limit in whole requests, tokens or nano-dollars
   * @param remaining of the limit, in the same
   * @param needed by the request, in the same
   * @param possible whether the request fits into the limit at all
   * @param retryAfter until there may be enough
   * @param reset until nothing of it is used, if nobody asks any more
   */
  record Refused(
      Owner owner,
      Measure measure,
      long limit,
      long remaining,
      long needed,
      boolean possible,
      Duration retryAfter,
      Duration reset,
      @Nullable Standing requests,
      @Nullable Standing tokens)
      implements Decision {}

  /**
   * Nobody can tell now, and the configuration, or the want of any known state, forbids to guess.
   *
   * @param reason a sentence for the one who asked
   */
  record Unavailable(String reason, Duration retryAfter) implements Decision {

    @Override
    public @Nullable Standing requests() {
      return null;
    }

    @Override
    public @Nullable Standing tokens() {
      return null;
    }
  }
}
