package io.ruche.backbone;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyRing;
import io.ruche.auth.RateLimiter;
import io.ruche.auth.RateLimiter.Verdict;
import io.ruche.auth.Scope;
import io.ruche.bus.Command;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.Outcome;
import io.ruche.lifecycle.Dependency;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds a command to the scope and, where the service has no limits of its own, to the requests a
 * minute of the key that asked for it, as HTTP holds a request. A command over the limit waits for
 * its turn instead of failing; one whose key was revoked or has expired since is dead. A client
 * whose name was never a key's was let in by a broker with accounts of its own, and has no limits
 * here.
 */
final class KeyedHandler implements CommandHandler {

  private static final long LIMITER_BOUND_S = 5;
  private static final Duration UNTIL_KEYS = Duration.ofSeconds(2);
  private static final long SPREAD_MS = 5_000;

  private final KeyRing keys;
  private final KeyNames names;
  private final @Nullable RateLimiter limiter;
  private final Scope scope;
  private final CommandHandler handler;

  KeyedHandler(
      KeyRing keys,
      KeyNames names,
      @Nullable RateLimiter limiter,
      Scope scope,
      CommandHandler handler) {
    this.keys = keys;
    this.names = names;
    this.limiter = limiter;
    this.scope = scope;
    this.handler = handler;
  }

  @Override
  public Outcome handle(Command command) throws Exception {
    if (keys.state().state() != Dependency.State.UP) {
      return unknown();
    }
    Optional<ApiKey> key = keys.find(command.tenant(), command.client());
    if (key.isEmpty()) {
      return switch (names.bearer(command.tenant(), command.client())) {
        case NOBODY -> handler.handle(command);
        case FORMER_KEY -> ended(command);
        // A key that was made a moment ago.
        case LIVE_KEY -> unknown();
        case null -> unknown();
      };
    }
    return key.get().expired(Instant.now()) ? ended(command) : handle(command, key.get());
  }

  /** Whose limits it is held to cannot be told yet: it loses no attempt by waiting. */
  private static Outcome unknown() {
    return new Outcome.Later("No key can be looked up now.", UNTIL_KEYS);
  }

  private static Outcome ended(Command command) {
    return Outcome.dead(
        "the API key '"
            + command.client()
            + "' was revoked or has expired since it asked; to have it done all the same, make a key"
            + " of that name and replay the command");
  }

  private Outcome handle(Command command, ApiKey key) throws Exception {
    if (!key.allows(scope)) {
      return Outcome.dead(
          "the API key '" + command.client() + "' lacks the scope '" + scope.word() + "'");
    }
    Integer rpm = key.rpm();
    if (limiter != null && rpm != null && command.attempt() == 1) {
      Verdict verdict =
          limiter
              .take(command.tenant(), command.client(), rpm)
              .await(LIMITER_BOUND_S, TimeUnit.SECONDS);
      if (!verdict.allowed()) {
        // Spread, so that many that wait do not come back at once for the same one token.
        Duration spread = Duration.ofMillis(ThreadLocalRandom.current().nextLong(SPREAD_MS));
        return new Outcome.Later(
            "the key's limit of " + rpm + " a minute is used up",
            verdict.retryAfter().plus(spread));
      }
    }
    return handler.handle(command);
  }
}
