package io.ruche.bus.redis;

import static io.ruche.bus.redis.RedisScene.SERVICE;
import static io.ruche.bus.redis.RedisScene.get;
import static io.ruche.bus.redis.RedisScene.stream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.Groups;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deliveries that change hands: claim.lua, adopt.lua and read-fenced.lua. */
class TakeoverIT {

  private static final String FENCE = RedisScene.KEYS.partitionFence("say", 0);

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

  private static void deliver(String consumer, int count) throws TimeoutException {
    for (int i = 0; i < count; i++) {
      scene.store(Samples.command(consumer + i, null, "{}"));
    }
    assertEquals(count, scene.read(consumer, count).size());
  }

  private static List<Delivery> take(String by, String from, int most, List<String> keep)
      throws TimeoutException {
    return get(scene.groups(SERVICE, by).takeFrom(stream(), from, most, keep));
  }

  private static List<String> ids(List<Delivery> deliveries) {
    return deliveries.stream().map(d -> d.envelope().id()).toList();
  }

  private static List<String> consumers() throws TimeoutException {
    return get(scene.groups(SERVICE, "any").consumers(stream()));
  }

  @Test
  void takesTheOldestFirstAndCountsThem() throws Exception {
    deliver("dead", 5);
    List<Delivery> taken = take("c2", "dead", 3, List.of());
    assertEquals(List.of("dead0", "dead1", "dead2"), ids(taken));
    assertTrue(taken.stream().allMatch(d -> d.count() == 2 && d.stream().equals(stream())));
    assertEquals("c2/2", scene.owner(stream(), SERVICE, taken.getFirst().entry()));
    assertTrue(consumers().contains("dead"), "it has two more");
  }

  @Test
  void forgetsADeadConsumerWithItsLastDelivery() throws Exception {
    deliver("dead", 3);
    assertEquals(3, take("c2", "dead", 10, List.of()).size());
    assertEquals(List.of("c2"), consumers());
    assertEquals(3, scene.pending(stream(), SERVICE));
    assertEquals(List.of(), take("c2", "dead", 10, List.of()));
  }

  @Test
  void takesOnlyFromTheOneThatIsNamed() throws Exception {
    deliver("alive", 2);
    deliver("dead", 2);
    assertEquals(List.of("dead0", "dead1"), ids(take("c2", "dead", 10, List.of())));
    assertEquals(2, scene.send(Command.XPENDING, stream(), SERVICE, "-", "+", 9, "alive").size());
  }

  @Test
  void findsOnesOwnAgainWithoutLosingThem() throws Exception {
    deliver("c1", 4);
    List<Delivery> all = take("c1", "c1", 10, List.of());
    assertEquals(4, all.size());
    assertEquals(4, scene.pending(stream(), SERVICE), "the consumer is not deleted");
    List<String> inHand = List.of(all.get(0).entry(), all.get(2).entry());
    assertEquals(List.of("c11", "c13"), ids(take("c1", "c1", 10, inHand)));
    assertEquals("c1/2", scene.owner(stream(), SERVICE, all.get(0).entry()));
    assertEquals("c1/3", scene.owner(stream(), SERVICE, all.get(1).entry()));
  }

  @Test
  void letsGoOfWhatIsNoLongerInTheStream() throws Exception {
    deliver("dead", 3);
    String entry = scene.send(Command.XRANGE, stream(), "-", "+").get(1).get(0).toString();
    scene.send(Command.XDEL, stream(), entry);
    assertEquals(List.of("dead0", "dead2"), ids(take("c2", "dead", 10, List.of())));
    assertEquals(2, scene.pending(stream(), SERVICE));
  }

  @Test
  void adoptsInOrderAndCountsNothing() throws Exception {
    deliver("a", 2);
    deliver("b", 2);
    List<Delivery> adopted = adopt("c2", "5", "-", 10);
    assertEquals(List.of("a0", "a1", "b0", "b1"), ids(adopted));
    assertTrue(adopted.stream().allMatch(d -> d.count() == 1));
    assertEquals("c2/1", scene.owner(stream(), SERVICE, adopted.getFirst().entry()));
    assertEquals("5", scene.send(Command.GET, FENCE).toString());
  }

  @Test
  void adoptsPageByPageAlsoWhenEntriesAreGone() throws Exception {
    deliver("a", 5);
    Response entries = scene.send(Command.XRANGE, stream(), "-", "+");
    scene.send(Command.XDEL, stream(), entries.get(1).get(0));
    List<Delivery> all = new ArrayList<>();
    String after = "-";
    int pages = 0;
    while (!after.isEmpty()) {
      Response page = adoptPage("c2", "5", after, 2);
      for (int i = 1; i < page.size(); i++) {
        all.add(Delivery.claimed(page.get(i)));
      }
      String last = page.get(0).toString();
      after = last.isEmpty() ? "" : "(" + last;
      pages++;
    }
    assertEquals(List.of("a0", "a2", "a3", "a4"), ids(all));
    assertEquals(4, pages);
    assertEquals(4, scene.pending(stream(), SERVICE));
  }

  @Test
  void adoptsNothingForAFormerOwner() throws Exception {
    deliver("a", 1);
    adopt("c2", "9", "-", 10);
    assertFenced(() -> adopt("c1", "8", "-", 10));
    assertEquals("c2/1", scene.owner(stream(), SERVICE, entry(0)));
  }

  @Test
  void readsForTheOwnerOnly() throws Exception {
    deliver("a", 0);
    for (int i = 0; i < 3; i++) {
      scene.store(Samples.command("n" + i, null, "{}"));
    }
    assertEquals(2, readFenced("c1", "5", 2).size());
    assertEquals(1, readFenced("c2", "6", 2).size());
    assertEquals(0, readFenced("c2", "6", 2).size());
    assertFenced(() -> readFenced("c1", "5", 2));
    scene.send(Command.XGROUP, "DESTROY", stream(), SERVICE);
    Throwable lost = assertThrows(Throwable.class, () -> readFenced("c2", "6", 2));
    assertTrue(Groups.isLost(lost), lost.getMessage());
  }

  private static String entry(int at) throws TimeoutException {
    return scene.send(Command.XRANGE, stream(), "-", "+").get(at).get(0).toString();
  }

  private static void assertFenced(org.junit.jupiter.api.function.Executable act) {
    Throwable refused = assertThrows(Throwable.class, act);
    assertTrue(String.valueOf(refused.getMessage()).startsWith("FENCED"), refused.getMessage());
  }

  private static List<Delivery> adopt(String by, String epoch, String after, int most)
      throws TimeoutException {
    Response page = adoptPage(by, epoch, after, most);
    List<Delivery> adopted = new ArrayList<>();
    for (int i = 1; i < page.size(); i++) {
      adopted.add(Delivery.claimed(page.get(i)));
    }
    return adopted;
  }

  private static Response adoptPage(String by, String epoch, String after, int most)
      throws TimeoutException {
    return scene.run("work/adopt.lua", List.of(stream(), FENCE), SERVICE, by, epoch, after, most);
  }

  private static Response readFenced(String by, String epoch, int most) throws TimeoutException {
    return scene.run("work/read-fenced.lua", List.of(stream(), FENCE), SERVICE, by, epoch, most);
  }
}
