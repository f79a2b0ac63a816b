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
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds a command to the scope and, where the service has no limits of its own, to the requests a
 * minute of the key that asked for it, as HTTP holds a request. A command over the limit waits for
 * its turn instead of failing. A client whose name is no key's was let in by a broker with accounts
 * of its own, and has no limits here.
 */
final class KeyedHandler implements CommandHandler {

  private static final long LIMITER_BOUND_S = 5;
  private static final Duration UNTIL_KEYS = Duration.ofSeconds(2);
  private static final long SPREAD_MS = 5_000;

  private final KeyRing keys;
  private final @Nullable RateLimiter limiter;
  private final Scope scope;
  private final CommandHandler handler;

  KeyedHandler(KeyRing keys, @Nullable RateLimiter limiter, Scope scope, CommandHandler handler) {
    this.keys = keys;
    this.limiter = limiter;
    this.scope = scope;
    this.handler = handler;
  }

  @Override
  public Outcome handle(Command command) throws Exception {
    Optional<ApiKey> key = keys.find(command.tenant(), command.client());
    if (key.isEmpty() && keys.state().state() != Dependency.State.UP) {
      // Whose limits it is held to cannot be told yet: it loses no attempt by waiting.
      return new Outcome.Later("No key can be looked up now.", UNTIL_KEYS);
    }
    if (key.isPresent()) {
      if (!key.get().allows(scope)) {
        return Outcome.dead(
            "the API key '" + command.client() + "' lacks the scope '" + scope.word() + "'");
      }
      Integer rpm = key.get().rpm();
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
    }
    return handler.handle(command);
  }
}
