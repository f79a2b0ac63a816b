package io.ruche.auth.web;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyFormat;
import io.ruche.store.RedisLink;
import io.ruche.store.TextScript;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The sessions of all pages, in the hot Redis under the SHA-256 of their tokens, so that who reads
 * Redis can use none. One that Redis evicts or loses is over: its owner signs in again. Every
 * future fails when Redis does not answer within a second.
 */
public final class Sessions {

  private static final long ANSWER_MS = 1_000;
  private static final String PREFIX = "ruche:session:";

  private final TextScript open;
  private final TextScript find;
  private final TextScript close;
  private final Duration idle;

  /**
   * @param idle how long a session lives after it was last asked for
   */
  public Sessions(RedisLink hot, Duration idle) {
    this.open = new TextScript(hot, Sessions.class, "session-open.lua");
    this.find = new TextScript(hot, Sessions.class, "session-find.lua");
    this.close = new TextScript(hot, Sessions.class, "session-close.lua");
    this.idle = idle;
  }

  /** How long a session lives after it was last asked for. */
  Duration idle() {
    return idle;
  }

  Future<Session> open(ApiKey key) {
    Session session = new Session(Session.newToken(), key.tenant(), key.name(), key.id());
    return open.run(
            List.of(place(session.token())),
            List.of(session.tenant(), session.name(), session.keyId(), idle.toMillis()))
        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
        .map(session);
  }

  /** The session with that token, which begins its idle time anew; empty when there is none. */
  Future<Optional<Session>> find(String token) {
    if (!Session.isToken(token)) {
      return Future.succeededFuture(Optional.empty());
    }
    return find.run(List.of(place(token)), List.of(idle.toMillis()))
        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
        .map(
            found ->
                found.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                        new Session(
                            token, found.get(0), found.get(1), Long.parseLong(found.get(2)))));
  }

  Future<Void> close(Session session) {
    return close
        .run(List.of(place(session.token())), List.of())
        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
        .mapEmpty();
  }

  private static String place(String token) {
    return PREFIX + KeyFormat.hash(token);
  }
}
