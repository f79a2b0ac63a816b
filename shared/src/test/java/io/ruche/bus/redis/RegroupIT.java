package io.ruche.bus.redis;

import static io.ruche.bus.redis.RedisScene.KEYS;
import static io.ruche.bus.redis.RedisScene.SERVICE;
import static io.ruche.bus.redis.RedisScene.get;
import static io.ruche.bus.redis.RedisScene.stream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.Groups;
import io.vertx.redis.client.Command;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegroupIT {

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

  private static String regroup() throws TimeoutException {
    return scene
        .run("stream/regroup.lua", List.of(stream(), KEYS.checkpoints()), SERVICE)
        .toString();
  }

  private static void checkpoint(String entry) throws TimeoutException {
    scene.send(Command.HSET, KEYS.checkpoints(), stream() + "|" + SERVICE, entry);
  }

  @Test
  void beginsANewGroupAtTheOldestEntry() throws Exception {
    scene.store(Samples.command("a", null, "{}"));
    assertEquals("0", regroup());
    assertEquals(1, scene.read("c1", 10).size());
  }

  @Test
  void makesTheStreamOfAGroupThatComesFirst() throws Exception {
    assertEquals("0", regroup());
    assertEquals(0, scene.length(stream()));
    scene.store(Samples.command("a", null, "{}"));
    assertEquals(1, scene.read("c1", 10).size());
  }

  @Test
  void leavesAGroupThatIsThereAlone() throws Exception {
    scene.store(Samples.command("a", null, "{}"));
    scene.read("c1", 10);
    assertEquals("", regroup());
    assertEquals(1, scene.pending(stream(), SERVICE));
  }

  @Test
  void beginsALostGroupWhereAllBeforeWasFinished() throws Exception {
    scene.store(Samples.command("a", null, "{}"));
    String second = scene.store(Samples.command("b", null, "{}"));
    scene.store(Samples.command("c", null, "{}"));
    List<Delivery> deliveries = scene.read("c1", 10);
    scene.done("c1", deliveries.get(0));
    scene.done("c1", deliveries.get(1));
    get(new Maintenance(scene.link, SERVICE, RedisScene.config()).tick(List.of(stream())));
    scene.send(Command.XGROUP, "DESTROY", stream(), SERVICE);
    assertEquals(second, regroup());
    assertEquals("c", scene.read("c1", 10).getFirst().envelope().id());
  }

  @Test
  void beginsAtTheOldestOfAStreamThatIsYoungerThanItsCheckpoint() throws Exception {
    checkpoint("9999999999999-0");
    scene.store(Samples.command("a", null, "{}"));
    assertEquals("0", regroup());
    scene.clear();
    checkpoint("9999999999999-0");
    assertEquals("0", regroup());
  }

  @Test
  void tellsWhyAGroupCannotBeMade() throws Exception {
    scene.send(Command.SET, stream(), "no stream");
    Throwable failure = assertThrows(Throwable.class, RegroupIT::regroup);
    assertTrue(failure.getMessage().contains("WRONGTYPE"), failure.getMessage());
  }

  @Test
  void recognisesALostGroupInEveryAnswer() throws Exception {
    Groups groups = scene.groups(SERVICE, "c1");
    assertLost(() -> get(groups.read(List.of(stream()), 1)));
    assertLost(() -> get(groups.consumers(stream())));
    assertLost(() -> get(groups.takeFrom(stream(), "dead", 1, List.of())));
    scene.store(Samples.command("a", null, "{}"));
    assertLost(() -> get(groups.read(List.of(stream()), 1)));
    assertLost(() -> get(groups.consumers(stream())));
    assertLost(() -> get(groups.takeFrom(stream(), "dead", 1, List.of())));
  }

  private static void assertLost(org.junit.jupiter.api.function.Executable act) {
    Throwable failure = assertThrows(Throwable.class, act);
    assertTrue(Groups.isLost(failure), String.valueOf(failure.getMessage()));
  }
}
