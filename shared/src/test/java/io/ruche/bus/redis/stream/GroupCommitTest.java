package io.ruche.bus.redis.stream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

  private record Item(int thread, int number) {}

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void keepsTheOrderOfEachThreadAlsoWhenBatchesComeBack() {
    int threads = 8;
    int each = 5_000;
    List<Item> sent = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Random random = new Random(7);
    GroupCommit<Item> commit =
        new GroupCommit<>(
            context,
            100,
            item -> 1,
            batch -> {
              most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
              Promise<List<Item>> done = Promise.promise();
              int taken = random.nextInt(3) == 0 ? random.nextInt(batch.size()) : batch.size();
              vertx.runOnContext(
                  ignored -> {
                    sent.addAll(batch.subList(0, taken));
                    underWay.decrementAndGet();
                    done.complete(List.copyOf(batch.subList(taken, batch.size())));
                  });
              return done.future();
            });
    for (int t = 0; t < threads; t++) {
      int thread = t;
      Thread.startVirtualThread(
          () -> {
            for (int n = 0; n < each; n++) {
              commit.add(new Item(thread, n));
            }
          });
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> sent.size() == threads * each);
    int[] next = new int[threads];
    for (Item item : sent) {
      assertEquals(next[item.thread]++, item.number);
    }
    assertEquals(1, most.get(), "one batch at a time");
    assertEquals(0, commit.size());
  }

  @Test
  void sendsAFailedBatchAgainBeforeWhatCameLater() {
    List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
    GroupCommit<Integer> commit = new GroupCommit<>(context, 2, item -> 1, failingOnce(batches));
    // On the commit's own loop, so that the first batch finds more than the first item.
    context.runOnContext(
        ignored -> {
          for (int i = 0; i < 5; i++) {
            commit.add(i);
          }
        });
    await().atMost(Duration.ofSeconds(10)).until(() -> batches.size() == 4);
    assertEquals(List.of(0, 1), batches.get(0));
    assertEquals(List.of(List.of(0, 1), List.of(2, 3), List.of(4)), batches.subList(1, 4));
  }

  private static java.util.function.Function<List<Integer>, Future<List<Integer>>> failingOnce(
      List<List<Integer>> batches) {
    return batch -> {
      batches.add(List.copyOf(batch));
      return batches.size() == 1 ? Future.failedFuture("once") : Future.succeededFuture(List.of());
    };
  }

  @Test
  void closesABatchAtItsBytes() {
    List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    Promise<List<Integer>> gate = Promise.promise();
    GroupCommit<Integer> commit =
        new GroupCommit<>(
            context,
            512,
            item -> 1 << 20,
            batch -> {
              sizes.add(batch.size());
              return sizes.size() == 1 ? gate.future() : Future.succeededFuture(List.of());
            });
    commit.add(0);
    await().atMost(Duration.ofSeconds(10)).until(() -> sizes.size() == 1);
    for (int i = 0; i < 10; i++) {
      commit.add(i);
    }
    gate.complete(List.of());
    await().atMost(Duration.ofSeconds(10)).until(() -> commit.size() == 0 && sizes.size() >= 4);
    assertEquals(List.of(1, 4, 4, 2), sizes);
    assertTrue(sizes.stream().allMatch(size -> size <= 4));
  }
}
