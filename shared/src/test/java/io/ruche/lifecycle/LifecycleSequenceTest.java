package io.ruche.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LifecycleSequenceTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final List<String> events = new CopyOnWriteArrayList<>();

  @Test
  void startsInOrderAndStopsInReverse() throws Exception {
    LifecycleSequence sequence = sequence(LONG).then("a", part("a")).then("b", part("b"));
    await(sequence.start());
    await(sequence.stop());
    assertEquals(List.of("start a", "start b", "stop b", "stop a"), events);
  }

  @Test
  void startsOnePartOnlyWhenTheOneBeforeHasStarted() throws Exception {
    Promise<Void> first = Promise.promise();
    LifecycleSequence sequence =
        sequence(LONG)
            .then("a", part("a", first::future, Future::succeededFuture))
            .then("b", part("b"));
    Future<Void> started = sequence.start();
    assertEquals(List.of("start a"), events);
    first.complete();
    await(started);
    assertEquals(List.of("start a", "start b"), events);
  }

  @Test
  void stopsWhatHadStartedWhenAPartFails() {
    LifecycleSequence sequence =
        sequence(LONG)
            .then("a", part("a"))
            .then("b", part("b"))
            .then("c", part("c", () -> failure("no port"), Future::succeededFuture))
            .then("d", part("d"));
    assertEquals("starting c: no port", failureOf(sequence.start()).getMessage());
    assertEquals(List.of("start a", "start b", "start c", "stop b", "stop a"), events);
  }

  @Test
  void reportsAStartThatThrows() {
    LifecycleSequence sequence =
        sequence(LONG)
            .then(
                "a",
                part(
                    "a",
                    () -> {
                      throw new IllegalStateException("boom");
                    },
                    Future::succeededFuture));
    assertEquals("starting a: boom", failureOf(sequence.start()).getMessage());
  }

  @Test
  void givesUpAStartThatTakesTooLongAndStopsItsPartToo() {
    LifecycleSequence sequence =
        new LifecycleSequence(SHORT, LONG)
            .then("a", part("a"))
            .then("b", part("b", LifecycleSequenceTest::never, Future::succeededFuture));
    assertEquals("starting b: did not end within 50 ms", failureOf(sequence.start()).getMessage());
    assertEquals(List.of("start a", "start b", "stop b", "stop a"), events);
  }

  @Test
  void stopsAllAndReportsEveryFailure() throws Exception {
    LifecycleSequence sequence =
        sequence(SHORT)
            .then("a", part("a", Future::succeededFuture, () -> failure("busy")))
            .then("b", part("b"))
            .then("c", part("c", Future::succeededFuture, LifecycleSequenceTest::never))
            .then(
                "d",
                part(
                    "d",
                    Future::succeededFuture,
                    () -> {
                      throw new IllegalStateException("boom");
                    }));
    await(sequence.start());
    LifecycleException failure = failureOf(sequence.stop());
    assertEquals(
        "stopping d: boom; stopping c: did not end within 50 ms; stopping a: busy",
        failure.getMessage());
    assertEquals(2, failure.getSuppressed().length);
    assertEquals(List.of("stop d", "stop c", "stop b", "stop a"), events.subList(4, 8));
  }

  @Test
  void reportsAFailedStartWithTheStopsThatFailedAfterIt() {
    LifecycleSequence sequence =
        sequence(LONG)
            .then("a", part("a", Future::succeededFuture, () -> failure("busy")))
            .then("b", part("b", () -> failure("no port"), Future::succeededFuture));
    assertEquals("starting b: no port; stopping a: busy", failureOf(sequence.start()).getMessage());
  }

  @Test
  void givesUpAStartWhenAskedToStop() throws Exception {
    LifecycleSequence sequence =
        sequence(LONG)
            .then("a", part("a"))
            .then("b", part("b", LifecycleSequenceTest::never, Future::succeededFuture))
            .then("c", part("c"));
    Future<Void> started = sequence.start();
    await(sequence.stop());
    assertEquals(
        "starting b: the sequence was stopped while it was starting",
        failureOf(started).getMessage());
    assertEquals(List.of("start a", "start b", "stop b", "stop a"), events);
  }

  @Test
  void stopsOnceHoweverOftenAsked() throws Exception {
    LifecycleSequence sequence = sequence(LONG).then("a", part("a"));
    assertSame(sequence.start(), sequence.start());
    assertSame(sequence.stop(), sequence.stop());
    await(sequence.stop());
    assertEquals(List.of("start a", "stop a"), events);
  }

  @Test
  void doesNotStartAfterItsStop() throws Exception {
    LifecycleSequence sequence = sequence(LONG).then("a", part("a"));
    await(sequence.stop());
    assertTrue(sequence.start().failed());
    assertEquals(List.of(), events);
  }

  @Test
  void refusesPartsThatComeTooLate() {
    LifecycleSequence sequence = sequence(LONG);
    sequence.start();
    assertThrows(IllegalStateException.class, () -> sequence.then("a", part("a")));
  }

  @Test
  void boundsTheStopOfVertxItself() throws Exception {
    Vertx vertx = Vertx.vertx();
    LifecycleSequence sequence =
        sequence(LONG)
            .then("vertx", part("vertx", Future::succeededFuture, vertx::close))
            .then(
                "b",
                part(
                    "b",
                    () -> vertx.timer(1, TimeUnit.MILLISECONDS).mapEmpty(),
                    Future::succeededFuture));
    await(sequence.start());
    await(sequence.stop());
    assertEquals(List.of("stop b", "stop vertx"), events.subList(2, 4));
  }

  private static LifecycleSequence sequence(Duration stopBound) {
    return new LifecycleSequence(LONG, stopBound);
  }

  private Lifecycle part(String name) {
    return part(name, Future::succeededFuture, Future::succeededFuture);
  }

  private Lifecycle part(String name, Supplier<Future<Void>> start, Supplier<Future<Void>> stop) {
    return new Lifecycle() {
      @Override
      public Future<Void> start() {
        events.add("start " + name);
        return start.get();
      }

      @Override
      public Future<Void> stop() {
        events.add("stop " + name);
        return stop.get();
      }
    };
  }

  private static Future<Void> failure(String message) {
    return Future.failedFuture(new IllegalStateException(message));
  }

  private static Future<Void> never() {
    return Promise.<Void>promise().future();
  }

  private static void await(Future<Void> future) throws Exception {
    future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static LifecycleException failureOf(Future<Void> future) {
    return assertInstanceOf(
        LifecycleException.class,
        assertThrows(ExecutionException.class, () -> await(future)).getCause());
  }
}
