package io.ruche.auth.web;

import io.ruche.auth.ApiKey;
import io.ruche.auth.RateLimiter;
import io.ruche.auth.RateLimiter.Verdict;
import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * Takes one request from the limit of the key that {@link KeyHandler} found, and answers 429 with
 * Retry-After when there is none left. Every answer of a limited key has OpenAI's {@code
 * x-ratelimit-*-requests} headers; a key without a limit passes.
 */
public final class RateLimitHandler implements Handler<RoutingContext> {

  private final RateLimiter limiter;

  public RateLimitHandler(RateLimiter limiter) {
    this.limiter = limiter;
  }

  @Override
  public void handle(RoutingContext ctx) {
    ApiKey key = KeyHandler.keyOf(ctx);
    Integer rpm = key.rpm();
    if (rpm == null) {
      ctx.next();
      return;
    }
    KeyHandler.pause(ctx);
    limiter
        .take(key.tenant(), key.name(), rpm)
        .onComplete(
            taken -> {
              if (taken.succeeded()) {
                decide(ctx, key, taken.result());
              } else {
                ctx.fail(taken.cause());
              }
            });
  }

  private static void decide(RoutingContext ctx, ApiKey key, Verdict verdict) {
    HttpServerResponse response = ctx.response();
    response.putHeader("x-ratelimit-limit-requests", Integer.toString(verdict.limit()));
    response.putHeader("x-ratelimit-remaining-requests", Integer.toString(verdict.remaining()));
    response.putHeader("x-ratelimit-reset-requests", spelled(verdict.reset()));
    if (verdict.allowed()) {
      ctx.next();
    } else {
      ctx.fail(
          Failure.tooManyRequests(
              "The API key '"
                  + key.name()
                  + "' may make "
                  + verdict.limit()
                  + " requests a minute; the next one is possible in "
                  + spelled(verdict.retryAfter())
                  + ".",
              verdict.retryAfter()));
    }
  }

  /** As OpenAI spells durations: {@code 250ms}, {@code 1.5s}, {@code 1m0s}, {@code 3h0m0s}. */
  public static String spelled(Duration time) {
    long ms = Math.ceilDiv(time.toNanos(), 1_000_000L);
    if (ms < 1_000) {
      return ms + "ms";
    }
    String seconds = BigDecimal.valueOf(ms % 60_000, 3).stripTrailingZeros().toPlainString();
    long minutes = ms / 60_000;
    String hours = minutes >= 60 ? minutes / 60 + "h" : "";
    return hours + (minutes > 0 ? minutes % 60 + "m" : "") + seconds + "s";
  }
}
