package io.ruche.lifecycle;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RoundsTest {

  private static final Duration SOON = Duration.ofMillis(1);
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger begun = new AtomicInteger();
  private final List<String> failures = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private Rounds rounds(Rounds.Times times, Future<?> each) {
    return new Rounds(
        vertx,
        times,
        () -> {
          begun.incrementAndGet();
          return each;
        },
        failure -> failures.add(failure.getMessage()));
  }

  @Test
  void beginsTheNextRoundAfterTheEndOfTheOneBefore() {
    Promise<Void> first = Promise.promise();
    Rounds rounds = rounds(new Rounds.Times(SOON, SOON, NEVER), first.future());
    rounds.start();
    await().atMost(BOUND).until(() -> begun.get() == 1);

    first.complete();

    await().atMost(BOUND).until(() -> begun.get() > 3);
    assertEquals(List.of(), failures);
  }

  @Test
  void goesOnAfterAFailureHoweverItCame() {
    AtomicInteger thrown = new AtomicInteger();
    Rounds rounds =
        new Rounds(
            vertx,
            new Rounds.Times(SOON, NEVER, SOON),
            () -> {
              if (thrown.incrementAndGet() == 1) {
                throw new IllegalStateException("thrown");
              }
              return thrown.get() == 2 ? Future.failedFuture("failed") : Future.succeededFuture();
            },
            failure -> failures.add(failure.getMessage()));

    rounds.start();

    await().atMost(BOUND).until(() -> thrown.get() == 3);
    assertEquals(List.of("thrown", "failed"), failures);
  }

  @Test
  void beginsNoneAfterTheStop() throws Exception {
    Promise<Void> first = Promise.promise();
    Rounds rounds = rounds(new Rounds.Times(SOON, SOON, SOON), first.future());
    rounds.start();
    await().atMost(BOUND).until(() -> begun.get() == 1);

    assertTrue(rounds.stop().succeeded());
    first.complete();

    // Whatever a timer would still begin is begun by then.
    Promise<Void> later = Promise.promise();
    vertx.setTimer(100, passed -> later.complete());
    later.future().await(10, TimeUnit.SECONDS);
    assertEquals(1, begun.get());
  }
}
