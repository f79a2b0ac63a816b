package io.ruche.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DrainTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  private final Drain drain = new Drain();

  @Test
  void completesAtOnceWhenNothingIsInHand() {
    assertEquals(0L, drain.drain(LONG).result());
  }

  @Test
  void completesWhenTheLastPieceLeaves() throws Exception {
    assertTrue(drain.enter());
    assertTrue(drain.enter());
    Future<Long> drained = drain.drain(LONG);
    drain.leave();
    assertFalse(drained.isComplete());
    assertEquals(1, drain.inHand());
    drain.leave();
    assertEquals(0L, await(drained));
  }

  @Test
  void refusesNewWorkOnceDraining() {
    assertTrue(drain.enter());
    drain.drain(LONG);
    assertTrue(drain.isDraining());
    assertFalse(drain.enter());
    assertEquals(1, drain.inHand());
  }

  @Test
  void tellsWhatIsLeftWhenTheBoundPasses() throws Exception {
    drain.enter();
    assertEquals(1L, await(drain.drain(Duration.ofMillis(20))));
    drain.leave();
    assertEquals(0L, await(drain.drain(LONG)));
  }

  @Test
  void refusesToCountBelowZero() {
    assertThrows(IllegalStateException.class, drain::leave);
    drain.drain(LONG);
    assertThrows(IllegalStateException.class, drain::leave);
  }

  @Test
  void losesNoPieceBetweenThreads() throws Exception {
    AtomicInteger working = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1000);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (drain.enter()) {
                      working.incrementAndGet();
                      begun.countDown();
                      working.decrementAndGet();
                      drain.leave();
                    }
                  }));
    }
    assertTrue(begun.await(30, TimeUnit.SECONDS));
    assertEquals(0L, await(drain.drain(LONG)));
    assertEquals(0, working.get());
    for (Thread thread : threads) {
      assertTrue(thread.join(LONG));
    }
  }

  private static long await(Future<Long> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
