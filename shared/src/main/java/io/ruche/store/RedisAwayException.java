package io.ruche.store;

/** There is no connection to a Redis now; what was to be sent was not sent. */
public final class RedisAwayException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RedisAwayException(String name, String why) {
    // No stack trace: this is an expected state, and it is raised once per request while it lasts.
    super("Redis " + name + " is away: " + why, null, false, false);
  }
}
