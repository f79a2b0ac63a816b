package io.ruche.auth;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.RevocationBoard.Mark;
import io.ruche.auth.RevocationBoard.News;
import io.ruche.lifecycle.Dependency.State;
import io.ruche.store.RedisLink;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisRevocationsIT {

  private final Vertx vertx = Vertx.vertx();
  private RedisProcess redis;
  private RedisLink hot;
  private RedisRevocations board;

  @BeforeEach
  void start() throws Exception {
    redis = RedisProcess.start();
    hot = new RedisLink(vertx, vertx.getOrCreateContext(), "hot", redis.url());
    hot.start().await(1, TimeUnit.SECONDS);
    await().until(() -> hot.state().state() == State.UP);
    board = new RedisRevocations(hot);
  }

  @AfterEach
  void stop() throws Exception {
    hot.stop().await(5, TimeUnit.SECONDS);
    vertx.close().await(5, TimeUnit.SECONDS);
    redis.close();
  }

  @Test
  void givesEachReaderWhatItHasNotRead() throws Exception {
    News empty = read(Mark.START);
    post("a", "b");
    News first = read(empty.mark());
    post("b", "c");
    News second = read(first.mark());
    News third = read(second.mark());

    assertEquals(List.of(), empty.hashes());
    assertFalse(empty.gapless());
    assertEquals(List.of("a", "b"), first.hashes());
    assertEquals(List.of("c"), second.hashes());
    assertEquals(List.of(), third.hashes());
    assertTrue(first.gapless() && second.gapless() && third.gapless());
    assertEquals(List.of("a", "b", "c"), read(Mark.START).hashes());
  }

  @Test
  void tellsThatItWasLost() throws Exception {
    post("a");
    News before = read(Mark.START);
    hot.send(Request.cmd(Command.FLUSHALL)).await(2, TimeUnit.SECONDS);
    post("b", "c");

    News after = read(before.mark());

    assertNotEquals(before.mark().board(), after.mark().board());
    assertFalse(after.gapless());
    assertEquals(List.of("b", "c"), after.hashes());
  }

  @Test
  void keepsTheNewestTenThousandAndTellsReadersThatMissedTheRest() throws Exception {
    post("first");
    Mark early = read(Mark.START).mark();
    for (int batch = 0; batch < 11; batch++) {
      List<String> hashes = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        hashes.add("h" + (batch * 1_000 + i));
      }
      board.post(hashes).await(2, TimeUnit.SECONDS);
    }

    News late = read(early);

    assertFalse(late.gapless());
    assertEquals(10_000, late.hashes().size());
    assertEquals("h10999", late.hashes().getLast());
    assertTrue(read(late.mark()).gapless());
  }

  @Test
  void isNeverEvicted() throws Exception {
    post("a");

    assertEquals(
        -1,
        hot.send(Request.cmd(Command.TTL).arg("{ruche}:keys:revoked"))
            .await(2, TimeUnit.SECONDS)
            .toInteger());
  }

  private void post(String... hashes) throws Exception {
    board.post(List.of(hashes)).await(2, TimeUnit.SECONDS);
  }

  private News read(Mark since) throws Exception {
    return board.readSince(since).await(2, TimeUnit.SECONDS);
  }
}
