package io.ruche.bus.faults;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ruche.bus.faults.Ledger.Order;
import io.ruche.bus.faults.RedisProbe.Entry;
import io.ruche.testing.RedisProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator or a full machine does to Redis. */
interface RedisScenarios {

  BrokerKind broker();

  @Test
  default void recreatesLostGroupsAndLosesNothing() throws Exception {
    try (Rig rig = Rig.with(broker(), "XGROUP DESTROY")) {
      rig.startService();
      rig.startService();
      rig.warmUp(300);
      for (int round = 1; round <= Rig.ROUNDS; round++) {
        rig.awaitReceipts(100 + rig.random.nextInt(200));
        long fault = System.nanoTime();
        for (String stream : rig.commandStreams()) {
          rig.probe.send("XGROUP", "DESTROY", stream, FaultService.SERVICE);
        }
        rig.probe.send("XGROUP", "DESTROY", Rig.EVENTS, "mqtt");
        rig.expectFlow("groups destroyed", fault, Rig.NEW_WORK);
      }
      rig.judge().assertHolds();
      rig.assertRecovered();
    }
  }

  /** What was in the streams is gone; what comes after must flow. */
  @Test
  default void worksOnAfterStreamsWereDeleted() throws Exception {
    try (Rig rig = Rig.with(broker(), "DEL streams")) {
      rig.startService();
      rig.warmUp(300);
      long last = 0;
      for (int round = 1; round <= Rig.ROUNDS; round++) {
        rig.awaitReceipts(100 + rig.random.nextInt(200));
        for (String stream : rig.commandStreams()) {
          rig.probe.send("DEL", stream);
        }
        last = System.nanoTime();
        rig.expectFlow("streams deleted", last, Rig.NEW_WORK);
      }
      rig.ledger.forgetBefore(last);
      Verdict verdict = rig.judge();
      assertEquals(List.of(), verdict.lost());
      assertEquals(List.of(), verdict.duplicates());
      assertEquals(List.of(), verdict.orderBreaks());
      rig.assertRecovered();
    }
  }

  /** A Redis that has no room refuses; nothing is lost meanwhile and all goes on afterwards. */
  @Test
  default void losesNothingWhenRedisHasNoRoom() throws Exception {
    try (Rig rig = Rig.with(broker(), "maxmemory")) {
      rig.startService();
      rig.startService();
      rig.warmUp(200);
      rig.load.how("\"work\":20,");
      for (int round = 1; round <= Rig.ROUNDS; round++) {
        rig.awaitReceipts(100 + rig.random.nextInt(200));
        rig.probe.send("CONFIG", "SET", "maxmemory", "1");
        long receipted = rig.ledger.receiptedCount();
        rig.passTime(Duration.ofSeconds(14));
        rig.note("%d receipts without room".formatted(rig.ledger.receiptedCount() - receipted));
        rig.probe.send("CONFIG", "SET", "maxmemory", "0");
        rig.expectFlow("room again", System.nanoTime(), Rig.NEW_WORK);
      }
      rig.judge().assertHolds();
      rig.assertRecovered();
    }
  }

  /** Each body has room in Redis; all of them at once as one request have not. */
  @Test
  default void drainsABacklogOfLargeBodies() throws Exception {
    try (Rig rig = Rig.with(broker(), "large bodies", "--maxmemory", "400mb")) {
      rig.startService();
      rig.tester.send(FaultService.SAY, "first", "{}");
      rig.redis.kill();
      int count = 180;
      for (int i = 0; i < count; i++) {
        byte[] body = new byte[1_000_000];
        rig.random.nextBytes(body);
        rig.tester.publish(Tester.message(FaultService.SAY, body));
      }
      rig.redis.launch();
      long back = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  rig.probe.send("XLEN", Rig.commands(FaultService.SAY)).toInteger() == count + 1);
      rig.note("drained in %d ms".formatted((System.nanoTime() - back) / 1_000_000));
    }
  }

  /** Redis' wall clock is set back an hour by a restart: work, retries and leases go on. */
  @Test
  default void worksOnWhenTheClockOfRedisIsSetBack() throws Exception {
    assumeTrue(RedisProcess.canHaveAnotherClock(), "needs faketime, which is not installed");
    try (Rig rig = Rig.with(broker(), "clock back")) {
      rig.startService();
      rig.startService();
      rig.warmUp(200);
      Order parked =
          rig.tester.send(FaultService.POISON, "parked", "{\"how\":\"retry\",\"until\":2}");
      await().until(() -> rig.runs("parked") > 0);
      rig.redis.kill();
      rig.redis.launchWithClock("-1h");
      rig.expectFlow("clock back", System.nanoTime(), Rig.NEW_WORK);
      rig.awaitHeard(parked, Rig.TAKEN_OVER);
      rig.judge().assertHolds();
      rig.assertRecovered();
    }
  }

  /** The size at which new work must wait is reached, and left again as work is finished. */
  @Test
  default void waitsAtTheSizeOfAStreamAndLosesNothing() throws Exception {
    try (Rig rig = Rig.with(broker(), "full streams")) {
      rig.streamEntries(1_000);
      rig.startService();
      rig.warmUp(300);
      rig.awaitReceipts(3_000);
      rig.load.rate(0);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> rig.ledger.all().stream().allMatch(Rig::isDone));
      List<Entry> kept = rig.probe.stream(Rig.commands(FaultService.SAY));
      assertTrue(kept.size() <= 1_000, "entries kept: " + kept.size());
      rig.note("%d commands through streams of 1000".formatted(rig.ledger.all().size()));
    }
  }
}
