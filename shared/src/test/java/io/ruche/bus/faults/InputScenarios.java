package io.ruche.bus.faults;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.ruche.bus.faults.Ledger.Order;
import io.ruche.bus.faults.MqttLine.Heard;
import io.ruche.bus.faults.MqttLine.Message;
import io.ruche.bus.faults.RedisProbe.Entry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Poison and bad input: a clear answer, and everybody else's work goes on. */
interface InputScenarios {

  BrokerKind broker();

  @Test
  default void doesTheSameIdOnceHoweverOftenItIsSent() throws Exception {
    try (Rig rig = Rig.with(broker(), "same id three times")) {
      rig.startReadyService();
      Message once =
          Tester.message(FaultService.SAY, "{\"ruche\":{\"id\":\"thrice\"},\"work\":100}");
      for (int i = 0; i < 3; i++) {
        rig.tester.publish(once);
      }
      rig.tester.awaitHeard("/receipt/" + Tester.CLIENT + "/thrice", 3);
      rig.tester.awaitHeard("/said", 2);
      rig.tester.publish(
          Tester.message(FaultService.SAY, "{\"ruche\":{\"id\":\"thrice\"},\"work\":101}"));
      JsonObject refused = rig.tester.awaitHeard("/command-refused", 1).payload().toJsonObject();
      assertEquals("id_with_other_body", refused.getString("reason"));
      assertEquals("thrice", refused.getString("id"));
      rig.tester.send(FaultService.SAY, "last", "{}");
      rig.tester.awaitHeard("/said", 3);
      assertEquals(3, rig.tester.heard("/thrice").size(), "the other body was not receipted");
      assertEquals(1, rig.ends("thrice"));
    }
  }

  @Test
  default void buriesPoisonWithReasonAttemptsAndBytes() throws Exception {
    try (Rig rig = Rig.with(broker(), "poison")) {
      rig.startReadyService();
      String odd = "{ \"how\" : \"%s\", \"é\":\"\\u0000\" }";
      for (String how : List.of("throw", "retry", "dead")) {
        rig.tester.send(FaultService.POISON, how, odd.formatted(how));
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> rig.probe.stream(Rig.DEAD_LETTERS).size() >= 3);
      for (Entry letter : rig.probe.stream(Rig.DEAD_LETTERS)) {
        String how = letter.fields().get("id");
        assertEquals(odd.formatted(how), letter.fields().get("data"));
        assertEquals(
            how.equals("dead") ? "1" : "" + FaultService.POISON_ATTEMPTS,
            letter.fields().get("attempts"));
        String reason = letter.fields().get("reason");
        assertTrue(
            reason.contains(
                Map.of("throw", "bitter", "retry", "not now", "dead", "never").get(how)),
            reason);
      }
      rig.tester.awaitHeard("/poison-failed", 3);
      assertEquals(1, rig.ends("throw"));
    }
  }

  /** An Error is a failed attempt like any other, not a wait for the end of the time bound. */
  @Test
  default void buriesWhatThrowsAnError() throws Exception {
    try (Rig rig = Rig.with(broker(), "handler throws an Error")) {
      rig.startReadyService();
      Order order = rig.tester.send(FaultService.POISON, "error", "{\"how\":\"error\"}");
      rig.awaitHeard(order, Duration.ofSeconds(30));
      assertTrue(
          rig.probe.stream(Rig.DEAD_LETTERS).getFirst().fields().get("reason").contains("deep"));
    }
  }

  @Test
  default void refusesWhatCanNeverBeACommandAndGoesOn() throws Exception {
    try (Rig rig = Rig.with(broker(), "bad input")) {
      rig.startReadyService();
      String say = FaultService.SAY;
      rig.tester.publish(Tester.message(say, new byte[(1 << 20) - 2_000]));
      rig.tester.publish(Tester.message("unheard-of", "{}"));
      rig.tester.publish(with(Tester.message(say, "{}"), Map.of("id", "no spaces")));
      rig.tester.publish(with(Tester.message(say, "{}"), Map.of("expires", "tomorrow")));
      rig.tester.publish(
          with(
              Tester.message(say, "{}"),
              Map.of("replyto", "ruche/" + Rig.TENANT + "/reply/somebody/1")));
      rig.tester.publish(Tester.message(say, "[".repeat(100_000)));
      rig.tester.publish(retained(Tester.message(say, "{}")));
      rig.tester.publish(
          new Message(
              "ruche/" + Rig.TENANT + "/cmd/Tester/" + FaultService.SERVICE + "/" + say,
              Buffer.buffer(),
              MqttQos.AT_LEAST_ONCE,
              false,
              Map.of(),
              null));
      rig.tester.awaitHeard("/command-refused", 6);
      List<String> reasons =
          rig.tester.heard("/command-refused").stream()
              .map(Heard::payload)
              .map(body -> body.toJsonObject().getString("reason"))
              .sorted()
              .toList();
      assertEquals(
          List.of(
              "bad_envelope",
              "bad_envelope",
              "bad_id",
              "foreign_reply_topic",
              "retained",
              "unknown_command"),
          reasons);
      rig.tester.send(say, "after", "{}");
      rig.awaitHeard(rig.ledger.find("after"), Duration.ofSeconds(10));
    }
  }

  @Test
  default void refusesABodyAboveTheBoundAndGoesOn() throws Exception {
    try (Rig rig = Rig.with(broker(), "oversize")) {
      rig.startReadyService();
      rig.tester.publish(Tester.message(FaultService.SAY, new byte[(1 << 20) + 1]));
      JsonObject refused = rig.tester.awaitHeard("/command-refused", 1).payload().toJsonObject();
      assertEquals("too_large", refused.getString("reason"));
      rig.tester.send(FaultService.SAY, "after", "{}");
      rig.awaitHeard(rig.ledger.find("after"), Duration.ofSeconds(10));
    }
  }

  /** Bytes that are no JSON are a payload like any other. */
  @Test
  default void takesAnyBytes() throws Exception {
    try (Rig rig = Rig.with(broker(), "any bytes")) {
      rig.startReadyService();
      List<byte[]> bodies =
          List.of(
              new byte[0],
              new byte[] {0, -1, -128, 127, 13, 10, 0},
              "{\"broken\":".getBytes(StandardCharsets.UTF_8),
              "{\"ruche\":{\"id\":".getBytes(StandardCharsets.UTF_8),
              "\"\\ud800\"".getBytes(StandardCharsets.UTF_8),
              new byte[] {'"', -61, 40, '"'},
              "1e999999999".getBytes(StandardCharsets.UTF_8),
              "nul".getBytes(StandardCharsets.UTF_8),
              "\u00a0{}".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < bodies.size(); i++) {
        rig.tester.publish(
            with(Tester.message(FaultService.POISON, bodies.get(i)), Map.of("id", "bytes" + i)));
      }
      for (int i = 0; i < bodies.size(); i++) {
        rig.tester.awaitHeard("/receipt/" + Tester.CLIENT + "/bytes" + i, 1);
      }
      rig.tester.send(FaultService.SAY, "after", "{}");
      rig.awaitHeard(rig.ledger.find("after"), Duration.ofSeconds(10));
      assertEquals(bodies.size(), rig.probe.stream(Rig.commands(FaultService.POISON)).size());
    }
  }

  @Test
  default void dropsWhatHasExpiredWithAnEvent() throws Exception {
    try (Rig rig = Rig.with(broker(), "expired")) {
      rig.startReadyService();
      Order order =
          rig.tester.send(
              FaultService.SAY,
              "late",
              "{\"ruche\":{\"expires\":\"2020-01-01T00:00:00Z\"},\"work\":1}");
      rig.awaitHeard(order, Duration.ofSeconds(10));
      assertEquals("command-expired", rig.endOf(order).fields().get("type"));
      assertEquals(0, rig.runs("late"));
      assertEquals(List.of(), rig.probe.stream(Rig.DEAD_LETTERS));
    }
  }

  private static Message with(Message message, Map<String, String> properties) {
    return new Message(
        message.topic(), message.payload(), message.qos(), message.retained(), properties, null);
  }

  private static Message retained(Message message) {
    return new Message(
        message.topic(), message.payload(), message.qos(), true, message.properties(), null);
  }
}
