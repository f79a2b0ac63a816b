package io.ruche.auth;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.RateLimiter.Verdict;
import io.ruche.lifecycle.Dependency.State;
import io.ruche.store.RedisLink;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RateLimiterIT {

  private final Vertx vertx = Vertx.vertx();
  private final List<RedisLink> links = new ArrayList<>();
  private RedisProcess redis;

  @BeforeEach
  void start() throws Exception {
    redis = RedisProcess.start();
  }

  @AfterEach
  void stop() throws Exception {
    for (RedisLink link : links) {
      link.stop().await(5, TimeUnit.SECONDS);
    }
    vertx.close().await(5, TimeUnit.SECONDS);
    redis.close();
  }

  @Test
  void letsRacingProcessesThroughOnceTogether() throws Exception {
    RateLimiter one = limiter();
    RateLimiter two = limiter();
    long began = System.nanoTime();

    List<Future<Verdict>> racing = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      racing.add(one.take("koff", "n8n", 60));
      racing.add(two.take("koff", "n8n", 60));
    }
    long allowed = allowed(racing);

    long refilled = Duration.ofNanos(System.nanoTime() - began).toSeconds() + 1;
    assertTrue(allowed >= 60 && allowed <= 60 + refilled, allowed + " were allowed");
    assertEquals(0, one.decidedAlone() + two.decidedAlone());
  }

  @Test
  void saysWhenTheNextOneIsPossible() throws Exception {
    RateLimiter limiter = limiter();

    Verdict first = take(limiter, 1);
    Verdict second = take(limiter, 1);

    assertTrue(first.allowed());
    assertEquals(0, first.remaining());
    assertEquals(1, first.limit());
    assertFalse(second.allowed());
    assertFalse(second.local());
    assertTrue(second.retryAfter().toMillis() > 58_000, second.toString());
    assertTrue(second.retryAfter().toMillis() <= 60_000, second.toString());
  }

  @Test
  void refillsEvenly() throws Exception {
    RateLimiter limiter = limiter();
    List<Future<Verdict>> burst = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      burst.add(limiter.take("koff", "n8n", 600));
    }
    Future.all(burst).await(5, TimeUnit.SECONDS);

    Verdict refused = take(limiter, 600);
    assertTrue(refused.allowed() || refused.retryAfter().toMillis() <= 100, refused.toString());
    await()
        .atMost(Duration.ofMillis(1_000))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> take(limiter, 600).allowed());
  }

  @Test
  void leavesABucketThatRedisMayForget() throws Exception {
    take(limiter(), 60);

    long ttl =
        links
            .getFirst()
            .send(Request.cmd(Command.PTTL).arg("{koff}:rl:n8n"))
            .await(2, TimeUnit.SECONDS)
            .toLong();
    assertTrue(ttl > 0 && ttl <= 1_000, "ttl " + ttl);
  }

  @Test
  void keepsTenantsApart() throws Exception {
    RateLimiter limiter = limiter();
    take(limiter, 1);

    assertTrue(limiter.take("azoth", "n8n", 1).await(2, TimeUnit.SECONDS).allowed());
  }

  @Test
  void sendsItsScriptAgainWhenRedisForgotIt() throws Exception {
    RateLimiter limiter = limiter();
    take(limiter, 2);
    links.getFirst().send(Request.cmd(Command.SCRIPT).arg("FLUSH")).await(2, TimeUnit.SECONDS);

    assertTrue(take(limiter, 2).allowed());
    assertFalse(take(limiter, 2).allowed());
    assertEquals(0, limiter.decidedAlone());
  }

  @Test
  void decidesAloneAndNeverUnlimitedWhileRedisIsAway() throws Exception {
    RateLimiter limiter = limiter();
    for (int i = 0; i < 5; i++) {
      take(limiter, 10);
    }

    redis.kill();
    List<Future<Verdict>> during = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      during.add(limiter.take("koff", "n8n", 10));
    }
    long allowed = allowed(during);

    // What was used before the outage counts.
    assertTrue(allowed >= 5 && allowed <= 6, allowed + " were allowed");
    assertTrue(during.getLast().result().local());
    assertTrue(during.getLast().result().retryAfter().toMillis() > 0);
    assertEquals(50, limiter.decidedAlone());
    redis.launch();
    await().atMost(Duration.ofSeconds(5)).until(() -> !take(limiter, 10).local());
  }

  @Test
  void waitsForAFrozenRedisOnceAndBriefly() throws Exception {
    RateLimiter limiter = limiter();
    take(limiter, 1_000);
    signal("STOP");
    try {
      assertTrue(timed(() -> take(limiter, 1_000)) < 600);
      assertTrue(timed(() -> take(limiter, 1_000)) < 100);
    } finally {
      signal("CONT");
    }

    await().atMost(Duration.ofSeconds(5)).until(() -> !take(limiter, 1_000).local());
  }

  private RateLimiter limiter() throws Exception {
    RedisLink link = new RedisLink(vertx, vertx.getOrCreateContext(), "hot", redis.url());
    links.add(link);
    link.start().await(1, TimeUnit.SECONDS);
    await().until(() -> link.state().state() == State.UP);
    return new RateLimiter(link);
  }

  private static Verdict take(RateLimiter limiter, int perMinute) throws Exception {
    return limiter.take("koff", "n8n", perMinute).await(2, TimeUnit.SECONDS);
  }

  private static long allowed(List<Future<Verdict>> taken) throws Exception {
    Future.all(taken).await(5, TimeUnit.SECONDS);
    return taken.stream().filter(verdict -> verdict.result().allowed()).count();
  }

  private void signal(String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, "" + redis.process().pid()).start().waitFor();
  }

  private static long timed(java.util.concurrent.Callable<Verdict> action) throws Exception {
    long began = System.nanoTime();
    assertTrue(action.call().local());
    return Duration.ofNanos(System.nanoTime() - began).toMillis();
  }
}
