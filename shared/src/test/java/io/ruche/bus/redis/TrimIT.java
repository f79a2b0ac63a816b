package io.ruche.bus.redis;

import static io.ruche.bus.redis.RedisScene.KEYS;
import static io.ruche.bus.redis.RedisScene.SERVICE;
import static io.ruche.bus.redis.RedisScene.stream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** trim.lua, in a Redis whose streams have one entry a node, so that every removal is exact. */
class TrimIT {

  private static final String ALL_OLD = "9999999999999-0";
  private static final String NONE_OLD = "0-0";

  private static RedisScene scene;

  @BeforeAll
  static void start() throws Exception {
    scene = RedisScene.start("--stream-node-max-entries", "1");
  }

  @AfterAll
  static void stop() throws Exception {
    scene.close();
  }

  @BeforeEach
  void clear() throws Exception {
    scene.clear();
  }

  /** Adds entries 1-0, 2-0 and so on. */
  private static void fill(int entries) throws TimeoutException {
    for (int i = 1; i <= entries; i++) {
      scene.send(Command.XADD, stream(), i + "-0", "n", i);
    }
  }

  private static void group(String name, String lastDelivered) throws TimeoutException {
    scene.send(Command.XGROUP, "CREATE", stream(), name, lastDelivered);
  }

  private static void read(String group, int count) throws TimeoutException {
    scene.send(Command.XREADGROUP, "GROUP", group, "c", "COUNT", count, "STREAMS", stream(), ">");
  }

  private static List<String> trim(String oldest, int keep, int atOnce) throws TimeoutException {
    Response reply =
        scene.run("trim.lua", List.of(stream(), KEYS.checkpoints()), oldest, keep, atOnce);
    return List.of(reply.get(0).toString(), reply.get(1).toString(), reply.get(2).toString());
  }

  private static String first() throws TimeoutException {
    return scene.send(Command.XRANGE, stream(), "-", "+", "COUNT", 1).get(0).get(0).toString();
  }

  private static String checkpoint(String group) throws TimeoutException {
    return scene.send(Command.HGET, KEYS.checkpoints(), stream() + "|" + group).toString();
  }

  @Test
  void removesWhatIsOldAndFinished() throws Exception {
    fill(10);
    group(SERVICE, "$");
    assertEquals(List.of("6", "4", ""), trim("7-0", 1_000, 5_000));
    assertEquals("7-0", first());
  }

  @Test
  void keepsWhatIsYoung() throws Exception {
    fill(10);
    group(SERVICE, "$");
    assertEquals(List.of("0", "10", ""), trim(NONE_OLD, 1_000, 5_000));
  }

  @Test
  void neverRemovesWhatIsPendingOrUnread() throws Exception {
    fill(10);
    group(SERVICE, "0");
    read(SERVICE, 6);
    scene.send(Command.XACK, stream(), SERVICE, "1-0", "2-0", "4-0");
    assertEquals(List.of("2", "8", "3-0"), trim(ALL_OLD, 1_000, 5_000));
    assertEquals("3-0", first());
    assertEquals("2-0", checkpoint(SERVICE));
    scene.send(Command.XACK, stream(), SERVICE, "3-0", "5-0", "6-0");
    assertEquals(List.of("4", "4", "7-0"), trim(ALL_OLD, 1_000, 5_000));
    assertEquals("6-0", checkpoint(SERVICE));
  }

  @Test
  void waitsForTheSlowestOfSeveralGroups() throws Exception {
    fill(10);
    group("fast", "0");
    group("slow", "0");
    group("idle", "4-0");
    read("fast", 10);
    read("slow", 9);
    scene.send(Command.XACK, stream(), "slow", "1-0", "2-0", "3-0");
    for (int i = 1; i <= 10; i++) {
      scene.send(Command.XACK, stream(), "fast", i + "-0");
    }
    assertEquals(List.of("3", "7", "4-0"), trim(ALL_OLD, 1_000, 5_000));
    assertEquals("10-0", checkpoint("fast"));
    assertEquals("3-0", checkpoint("slow"));
    assertEquals("4-0", checkpoint("idle"));
  }

  @Test
  void removesASurplusThoughItIsYoung() throws Exception {
    fill(250);
    group(SERVICE, "$");
    assertEquals(List.of("150", "100", ""), trim(NONE_OLD, 100, 5_000));
    assertEquals("151-0", first());
  }

  @Test
  void keepsASurplusThatIsNotFinished() throws Exception {
    fill(250);
    group(SERVICE, "20-0");
    assertEquals(List.of("20", "230", "21-0"), trim(NONE_OLD, 100, 5_000));
    assertEquals("21-0", first());
  }

  @Test
  void removesAtMostWhatIsAsked() throws Exception {
    fill(300);
    group(SERVICE, "$");
    assertEquals(List.of("100", "200", ""), trim(ALL_OLD, 1_000, 100));
  }

  @Test
  void removesNothingOfAStreamThatNobodyHasReadYet() throws Exception {
    fill(250);
    assertEquals("0", trim(ALL_OLD, 100, 5_000).get(0));
    assertEquals(250, scene.length(stream()));
    group("lost", "$");
    scene.send(Command.XGROUP, "DESTROY", stream(), "lost");
    assertEquals("0", trim(ALL_OLD, 100, 5_000).get(0));
  }

  @Test
  void toleratesAStreamThatIsMissingOrEmpty() throws Exception {
    assertEquals(List.of("0", "0", ""), trim(ALL_OLD, 100, 5_000));
    scene.send(Command.XGROUP, "CREATE", stream(), SERVICE, "0", "MKSTREAM");
    assertEquals(List.of("0", "0", ""), trim(ALL_OLD, 100, 5_000));
    fill(1);
    scene.send(Command.XDEL, stream(), "1-0");
    assertEquals(List.of("0", "0", ""), trim(ALL_OLD, 100, 5_000));
  }

  @Test
  void keepsWhatIsPendingThoughItsEntryWasDeleted() throws Exception {
    fill(5);
    group(SERVICE, "0");
    read(SERVICE, 5);
    scene.send(Command.XDEL, stream(), "2-0");
    scene.send(Command.XACK, stream(), SERVICE, "1-0");
    List<String> reply = new ArrayList<>(trim(ALL_OLD, 1_000, 5_000));
    assertTrue(List.of("2-0", "3-0").contains(reply.get(2)), reply.toString());
    assertEquals("3-0", first());
  }
}
