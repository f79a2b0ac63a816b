package io.ruche.auth.web;

import io.ruche.auth.ApiKey;
import io.ruche.auth.RateLimiter;
import io.ruche.auth.RateLimiter.Verdict;
import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
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
    long minutes = ms / 60_000;
    StringBuilder text = new StringBuilder(16);
    if (minutes >= 60) {
      text.append(minutes / 60).append('h');
    }
    if (minutes > 0) {
      text.append(minutes % 60).append('m');
    }
    text.append(ms % 60_000 / 1_000);
    appendFraction(text, (int) (ms % 1_000));
    return text.append('s').toString();
  }

  /** Without zeros at its end. */
  private static void appendFraction(StringBuilder text, int millis) {
    int rest = millis;
    for (int place = 100; rest > 0; place /= 10) {
      text.append(place == 100 ? "." : "").append((char) ('0' + rest / place));
      rest %= place;
    }
  }
}
