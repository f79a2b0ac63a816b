package io.ruche.bus.redis;

import static io.ruche.bus.redis.RedisScene.KEYS;
import static io.ruche.bus.redis.RedisScene.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.Event;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.DeadLetters.Letter;
import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.Fields;
import io.ruche.bus.redis.stream.Groups;
import io.ruche.bus.redis.stream.Replicas;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events on their way to the broker: publish.lua and bury.lua. */
class EventStreamIT {

  private static RedisScene scene;

  @BeforeAll
  static void start() throws Exception {
    scene = RedisScene.start();
  }

  @AfterAll
  static void stop() throws Exception {
    scene.close();
  }

  @BeforeEach
  void clear() throws Exception {
    scene.clear();
  }

  private static final Envelope EVENT =
      EventLog.envelope("echo", "koff", Event.of("said", Payload.json("{\"a\":1}")));

  @Test
  void storesAnEventAsItIs() throws Exception {
    get(
        new EventLog(scene.link, new Replicas(scene.link, 0), "echo", RedisScene.config())
            .append(EVENT));
    assertEquals(
        EVENT, Fields.read(scene.send(Command.XRANGE, KEYS.events(), "-", "+").get(0).get(1)));
    assertEquals("ruche/koff/evt/echo/said", EVENT.topic());
  }

  @Test
  void refusesAnEventWhenTheStreamIsFull() throws Exception {
    EventLog log =
        new EventLog(
            scene.link,
            new Replicas(scene.link, 0),
            "echo",
            RedisScene.config(1_000, 1_000, Duration.ofHours(1)));
    for (int i = 0; i < 1_000; i++) {
      scene.link.send(Request.cmd(Command.XADD).arg(KEYS.events()).arg("*").arg("a").arg("b"));
    }
    Throwable full = assertThrows(Throwable.class, () -> get(log.append(EVENT)));
    assertTrue(full.getMessage().contains("FULL {koff}:evt:echo"), full.getMessage());
    assertEquals(1_000, scene.length(KEYS.events()));
  }

  @Test
  void buriesAnEventOnceWithItsReason() throws Exception {
    get(
        new EventLog(scene.link, new Replicas(scene.link, 0), "echo", RedisScene.config())
            .append(EVENT));
    Groups groups = scene.groups("mqtt", "c1");
    get(groups.ensure(List.of(KEYS.events())));
    Delivery delivery = get(groups.read(List.of(KEYS.events()), 1)).getFirst();
    assertEquals(1, bury(delivery));
    assertEquals(0, bury(delivery), "a repetition");
    assertEquals(0, scene.pending(KEYS.events(), "mqtt"));
    List<Letter> letters = get(new DeadLetters(scene.link, KEYS).list(10));
    assertEquals(1, letters.size());
    Letter letter = letters.getFirst();
    assertEquals(new Letter(letter.entry(), KEYS.events(), "no", 1, EVENT), letter);
    assertEquals(1, get(new DeadLetters(scene.link, KEYS).replay("-", "+", 10)));
    assertEquals(EVENT, get(groups.read(List.of(KEYS.events()), 1)).getFirst().envelope());
  }

  private static int bury(Delivery delivery) throws Exception {
    return scene
        .run("bury.lua", List.of(KEYS.events(), KEYS.deadLetters()), "mqtt", delivery.entry(), "no")
        .toInteger();
  }
}
