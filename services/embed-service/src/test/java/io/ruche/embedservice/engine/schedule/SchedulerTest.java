package io.ruche.embedservice.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.embedservice.engine.Lane;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SchedulerTest {

  private static final QueueConfig QUEUE = new QueueConfig(10_000, 10_000);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Scheduler scheduler = new Scheduler(2, QUEUE, registry);

  @AfterEach
  void stop() {
    assertTrue(scheduler.stop(Duration.ofSeconds(10)));
  }

  /** Pieces of one length each. */
  private record Pieces(int pieces, int tokens, IntUnaryOperator does) implements Work {

    @Override
    public int estimate(int piece) {
      return tokens;
    }

    @Override
    public int run(int piece) {
      return does.applyAsInt(piece);
    }
  }

  /** Work that is held up. */
  private static final class Held {

    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();

    int run(int tokens) {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      try {
        assertTrue(go.await(20, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } finally {
        running.decrementAndGet();
      }
      done.incrementAndGet();
      return tokens;
    }

    void awaitRunning(int count) {
      org.awaitility.Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> running.get() == count);
    }
  }

  private Future<Void> submit(Lane lane, int pieces, int tokens, IntUnaryOperator does) {
    return scheduler.submit(lane, new Pieces(pieces, tokens, does), () -> false);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }

  private static Failure failure(Future<?> future) {
    try {
      future.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      return assertInstanceOf(Failure.class, e);
    }
    throw new AssertionError("it did not fail");
  }

  @Test
  void everyPieceIsDoneOnce() throws Exception {
    AtomicInteger[] times = new AtomicInteger[500];
    for (int i = 0; i < times.length; i++) {
      times[i] = new AtomicInteger();
    }
    await(
        submit(
            Lane.BULK,
            500,
            10,
            piece -> {
              times[piece].incrementAndGet();
              return 10;
            }));
    for (AtomicInteger time : times) {
      assertEquals(1, time.get());
    }
    assertEquals(
        5_000,
        registry.get("ruche_embed_engine_tokens_total").tag("lane", "bulk").counter().count());
  }

  @Test
  void bulkTakesNoMoreThanTheCores() throws Exception {
    Held held = new Held();
    Future<Void> bulk = submit(Lane.BULK, 10, 100, piece -> held.run(100));
    held.awaitRunning(2);
    held.go.countDown();
    await(bulk);
    assertEquals(2, held.most.get());
  }

  @Test
  void aQueryDoesNotWaitForTheBulkThatRuns() throws Exception {
    Held held = new Held();
    Future<Void> bulk = submit(Lane.BULK, 90, 100, piece -> held.run(100));
    held.awaitRunning(2);

    await(submit(Lane.INTERACTIVE, 1, 10, piece -> 10));
    assertEquals(0, held.done.get());

    held.go.countDown();
    await(bulk);
  }

  @Test
  void noBulkIsBegunWhileQueriesTakeTheCores() throws Exception {
    Held queries = new Held();
    Future<Void> interactive = submit(Lane.INTERACTIVE, 4, 10, piece -> queries.run(10));
    queries.awaitRunning(2);
    AtomicBoolean overtaken = new AtomicBoolean();
    Future<Void> bulk =
        submit(
            Lane.BULK,
            1,
            10,
            piece -> {
              overtaken.set(queries.done.get() < 2);
              return 10;
            });
    queries.go.countDown();
    await(interactive);
    await(bulk);
    assertFalse(overtaken.get());
  }

  @Test
  void requestsOfALaneTakeTurns() throws Exception {
    Held held = new Held();
    Future<Void> first = submit(Lane.INTERACTIVE, 2, 10, piece -> held.run(10));
    held.awaitRunning(2);
    List<String> order = new CopyOnWriteArrayList<>();
    Future<Void> longOne =
        submit(
            Lane.INTERACTIVE,
            50,
            10,
            piece -> {
              order.add("long");
              return 10;
            });
    Future<Void> shortOne =
        submit(
            Lane.INTERACTIVE,
            1,
            10,
            piece -> {
              order.add("short");
              return 10;
            });
    held.go.countDown();
    await(first);
    await(longOne);
    await(shortOne);
    assertTrue(order.indexOf("short") <= 4, order.toString());
  }

  @Test
  void theLongestPieceIsBegunFirst() throws Exception {
    Scheduler one = new Scheduler(1, QUEUE, new SimpleMeterRegistry());
    List<Integer> order = new CopyOnWriteArrayList<>();
    Work work =
        new Work() {
          @Override
          public int pieces() {
            return 5;
          }

          @Override
          public int estimate(int piece) {
            return List.of(3, 50, 7, 90, 1).get(piece);
          }

          @Override
          public int run(int piece) {
            order.add(piece);
            return 1;
          }
        };
    await(one.submit(Lane.BULK, work, () -> false));
    assertEquals(List.of(3, 1, 2, 0, 4), order);
    assertTrue(one.stop(Duration.ofSeconds(10)));
  }

  @Test
  void pastTheBoundARequestIsRefusedWithATime() throws Exception {
    Held held = new Held();
    Future<Void> bulk = submit(Lane.BULK, 102, 100, piece -> held.run(100), true);
    held.awaitRunning(2);

    Failure refused = failure(submit(Lane.BULK, 10, 100, piece -> 100));
    assertEquals(429, refused.status());
    assertTrue(Integer.parseInt(String.valueOf(refused.headers().get("Retry-After"))) >= 1);
    await(submit(Lane.INTERACTIVE, 10, 100, piece -> 100));

    held.go.countDown();
    await(bulk);
    await(submit(Lane.BULK, 10, 100, piece -> 100));
    assertEquals(
        1,
        registry
            .get("ruche_embed_engine_dropped_requests_total")
            .tag("lane", "bulk")
            .tag("result", "refused")
            .counter()
            .count());
  }

  private Future<Void> submit(
      Lane lane, int pieces, int tokens, IntUnaryOperator does, boolean inTwo) throws Exception {
    Future<Void> first = submit(lane, 2, tokens, does);
    Future<Void> rest = submit(lane, pieces - 4, tokens, does);
    return inTwo ? Future.join(first, rest).mapEmpty() : rest;
  }

  @Test
  void theTimeToWaitComesFromTheMeasuredPace() throws Exception {
    // 100 tokens in 50 ms and more on each of two cores are at most 4,000 a second.
    CountDownLatch never = new CountDownLatch(1);
    await(
        submit(
            Lane.BULK,
            90,
            100,
            piece -> {
              try {
                assertFalse(never.await(50, TimeUnit.MILLISECONDS));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return 100;
            }));
    assertTrue(
        registry.get("ruche_embed_engine_pace_tokens").gauge().value() < 4_100,
        "pace " + registry.get("ruche_embed_engine_pace_tokens").gauge().value());
  }

  @Test
  void whatNeverFitsIsRefusedForGood() {
    assertEquals(413, failure(submit(Lane.BULK, 200, 100, piece -> 100)).status());
  }

  @Test
  void whatNobodyWaitsForIsLeftOut() throws Exception {
    Held held = new Held();
    Future<Void> before = submit(Lane.BULK, 2, 100, piece -> held.run(100));
    held.awaitRunning(2);
    AtomicBoolean gone = new AtomicBoolean();
    AtomicInteger run = new AtomicInteger();
    Future<Void> left =
        scheduler.submit(Lane.BULK, new Pieces(20, 100, piece -> run.incrementAndGet()), gone::get);
    gone.set(true);
    held.go.countDown();
    await(before);
    failure(left);
    assertEquals(0, run.get());
    assertEquals(
        0, registry.get("ruche_embed_engine_waiting_tokens").tag("lane", "bulk").gauge().value());
  }

  @Test
  void aPieceThatFailsEndsItsRequestAndNoOther() throws Exception {
    Future<Void> bad =
        submit(
            Lane.BULK,
            50,
            10,
            piece -> {
              throw new IllegalStateException("bad");
            });
    Future<Void> good = submit(Lane.BULK, 50, 10, piece -> 10);
    await(good);
    org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(10)).until(bad::isComplete);
    assertEquals("bad", bad.cause().getMessage());
    assertEquals(
        0, registry.get("ruche_embed_engine_waiting_tokens").tag("lane", "bulk").gauge().value());
  }

  @Test
  void anErrorReachesTheRequestAndTheThreadGoesOn() throws Exception {
    for (int i = 0; i < 8; i++) {
      Future<Void> bad =
          submit(
              Lane.INTERACTIVE,
              1,
              10,
              piece -> {
                throw new OutOfMemoryError("of this text");
              });
      org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(10)).until(bad::isComplete);
      assertTrue(bad.failed());
    }
    await(submit(Lane.BULK, 4, 10, piece -> 10));
  }

  @Test
  void aStopEndsWhatWaitsAndRefusesWhatComes() throws Exception {
    Scheduler other = new Scheduler(1, QUEUE, new SimpleMeterRegistry());
    Held held = new Held();
    Future<Void> running =
        other.submit(Lane.BULK, new Pieces(1, 10, piece -> held.run(10)), () -> false);
    held.awaitRunning(1);
    Future<Void> waits = other.submit(Lane.BULK, new Pieces(5, 10, piece -> 10), () -> false);
    held.go.countDown();
    assertTrue(other.stop(Duration.ofSeconds(10)));
    await(running);
    Future<Void> late = other.submit(Lane.BULK, new Pieces(1, 10, piece -> 10), () -> false);
    assertEquals(503, failure(late).status());
    assertTrue(waits.isComplete());
  }

  @Test
  void noPiecesAreDoneAtOnce() throws Exception {
    await(submit(Lane.BULK, 0, 0, piece -> 0));
    assertTrue(submit(Lane.BULK, 0, 0, piece -> 0).succeeded());
  }
}
