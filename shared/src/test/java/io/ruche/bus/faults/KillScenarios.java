package io.ruche.bus.faults;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.faults.Ledger.Order;
import io.ruche.bus.faults.RedisProbe.Entry;
import io.ruche.testing.Signals;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** kill -9 and SIGSTOP of every part, at random points, under load. */
interface KillScenarios {

  BrokerKind broker();

  /** Random points under load are also those between XADD and PUBACK; the note says how many. */
  @Test
  default void losesNothingWhenTheServiceIsKilled() throws Exception {
    try (Rig rig = Rig.with(broker(), "kill -9 service")) {
      ServiceProcess service = rig.startService();
      rig.warmUp(300);
      for (int round = 1; round <= Rig.ROUNDS; round++) {
        rig.awaitReceipts(100 + rig.random.nextInt(400));
        long fault = System.nanoTime();
        rig.killService(service);
        int window = rig.storedWithoutReceipt(fault);
        service = rig.startService();
        rig.expectFlow("kill, stored without receipt " + window, fault, Rig.NEW_WORK_ALONE);
      }
      rig.judge().assertHolds();
      rig.assertRecovered();
    }
  }

  @Test
  default void anotherProcessTakesOverFromOneThatIsKilled() throws Exception {
    try (Rig rig = Rig.with(broker(), "kill -9 one of two")) {
      ServiceProcess older = rig.startService();
      rig.warmUp(200);
      ServiceProcess younger = rig.startService();
      rig.load.how("\"work\":20,");
      for (int round = 1; round <= Rig.ROUNDS; round++) {
        rig.awaitReceipts(200 + rig.random.nextInt(400));
        long fault = System.nanoTime();
        rig.killService(older);
        rig.expectFlow("kill", fault, Rig.NEW_WORK);
        rig.expectTakenOver("kill", fault);
        older = younger;
        younger = rig.startService();
      }
      rig.judge().assertHolds();
      rig.assertRecovered();
    }
  }

  @Test
  default void losesNothingWhenTheBrokerIsKilled() throws Exception {
    try (Rig rig = Rig.withMortalBroker(broker(), "kill -9 broker")) {
      rig.startService();
      rig.warmUp(60);
      for (int round = 1; round <= Rig.ROUNDS; round++) {
        rig.awaitReceipts(30 + rig.random.nextInt(100));
        rig.broker.kill();
        rig.broker.launch();
        rig.expectFlow("kill", System.nanoTime(), broker().recovery());
      }
      rig.judge().assertHolds();
      rig.assertRecovered();
    }
  }

  @Test
  default void losesNothingWhenTheBrokerRestartsWithAQueue() throws Exception {
    try (Rig rig = Rig.withMortalBroker(broker(), "broker restart with a queue")) {
      ServiceProcess service = rig.startService();
      rig.load.mostOpen(150);
      rig.warmUp(60);
      rig.killService(service);
      await().atMost(Duration.ofSeconds(60)).until(() -> rig.ledger.openCount() >= 150);
      rig.broker.kill();
      rig.broker.launch();
      long back = System.nanoTime();
      rig.startService();
      rig.expectFlow("broker back, service started", back, Rig.NEW_WORK_ALONE);
      rig.judge().assertHolds();
      rig.assertRecovered();
    }
  }

  @Test
  default void losesNothingWhenRedisIsKilled() throws Exception {
    try (Rig rig = Rig.with(broker(), "kill -9 redis")) {
      rig.startService();
      rig.warmUp(300);
      for (int round = 1; round <= Rig.ROUNDS; round++) {
        rig.awaitReceipts(100 + rig.random.nextInt(400));
        rig.redis.kill();
        rig.redis.launch();
        rig.expectFlow("kill", System.nanoTime(), Rig.NEW_WORK);
      }
      rig.judge().assertHolds();
      rig.assertRecovered();
    }
  }

  /** What a stopped Redis carries out later is not known to whoever asked for it. */
  @Test
  default void losesNothingWhenRedisStandsStill() throws Exception {
    try (Rig rig = Rig.with(broker(), "SIGSTOP redis 12 s")) {
      rig.startService();
      rig.startService();
      rig.warmUp(300);
      rig.awaitReceipts(100 + rig.random.nextInt(200));
      Signals.pause(rig.redis.process());
      rig.passTime(Duration.ofSeconds(12));
      Signals.resume(rig.redis.process());
      rig.expectFlow("resumed", System.nanoTime(), Rig.NEW_WORK);
      rig.judge().assertHolds();
      rig.assertRecovered();
    }
  }

  @Test
  default void fencesAZombie() throws Exception {
    try (Rig rig = Rig.with(broker(), "SIGSTOP service 20 s")) {
      ServiceProcess zombie = rig.startService();
      rig.warmUp(200);
      rig.startService();
      rig.load.how("\"work\":20,");
      rig.awaitReceipts(200 + rig.random.nextInt(400));
      long fault = System.nanoTime();
      rig.withdraw(zombie);
      zombie.pause();
      rig.expectFlow("stopped", fault, Rig.NEW_WORK);
      rig.expectTakenOver("stopped", fault);
      rig.passTime(Duration.ofSeconds(20).minusNanos(System.nanoTime() - fault));
      long resumed = System.nanoTime();
      zombie.resume();
      rig.expectFlow("resumed", resumed, Rig.NEW_WORK);
      rig.awaitReceipts(300);
      rig.judge().assertHolds();
      rig.assertRecovered();
      zombie.kill();
    }
  }

  /** The process dies by its own handler, before or after the effect, as a crash does. */
  @Test
  default void runsAgainWhatAProcessDiedOf() throws Exception {
    try (Rig rig = Rig.with(broker(), "halt before and after the effect")) {
      rig.keepOneServiceRunning();
      rig.warmUp(50);
      for (int round = 1; round <= Rig.ROUNDS; round++) {
        String how = round % 2 == 0 ? "halt-before" : "halt-after";
        long fault = System.nanoTime();
        Order order =
            rig.tester.send(
                FaultService.POISON, how + round, "{\"how\":\"" + how + "\",\"until\":1}");
        rig.awaitHeard(order, Rig.TAKEN_OVER);
        rig.note(
            "%s: taken over within %.1f s"
                .formatted(how, (order.heardAt() - fault) / 1_000_000_000.0));
        assertEquals("cured", rig.endOf(order).fields().get("type"));
      }
      rig.judge().assertHolds();
    }
  }

  /** What kills every process that touches it must not do so for ever. */
  @Test
  default void buriesWhatKillsEveryProcess() throws Exception {
    try (Rig rig = Rig.with(broker(), "halts at every attempt")) {
      rig.keepOneServiceRunning();
      rig.warmUp(50);
      String body = "{\"how\":\"halt-before\"}";
      Order order = rig.tester.send(FaultService.POISON, "killer", body);
      rig.awaitHeard(order, Duration.ofMinutes(2));
      assertEquals("poison-failed", rig.endOf(order).fields().get("type"));
      List<Entry> dead = rig.probe.stream(Rig.DEAD_LETTERS);
      assertTrue(dead.stream().anyMatch(one -> one.fields().get("id").equals(order.id)));
    }
  }

  /** All of it in any order: with many rounds the longest proof. */
  @Test
  default void losesNothingWhateverIsKilled() throws Exception {
    try (Rig rig = Rig.withMortalBroker(broker(), "kill -9 anything")) {
      rig.startService();
      rig.warmUp(60);
      rig.startService();
      for (int round = 1; round <= Rig.ROUNDS; round++) {
        rig.awaitReceipts(30 + rig.random.nextInt(100));
        String fault = rig.killAnything();
        rig.expectFlow(fault, System.nanoTime(), broker().recovery());
      }
      rig.judge().assertHolds();
      rig.assertRecovered();
    }
  }
}
