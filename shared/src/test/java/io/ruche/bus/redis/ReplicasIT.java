package io.ruche.bus.redis;

import static io.ruche.bus.redis.RedisScene.SERVICE;
import static io.ruche.bus.redis.RedisScene.get;
import static io.ruche.bus.redis.RedisScene.stream;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.ruche.bus.JobState;
import io.ruche.bus.Receipt;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.Replicas;
import io.ruche.bus.redis.work.Ending;
import io.ruche.bus.redis.work.Finisher;
import io.ruche.lifecycle.Dependency;
import io.ruche.store.RedisLink;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** What counts only once a replica has it. */
class ReplicasIT {

  private static final Duration BOUND = Duration.ofSeconds(20);

  @Test
  void areRefusedWhereRedisCannotTellOfThem() throws Exception {
    try (RedisScene old = RedisScene.start()) {
      RedisLink link =
          new RedisLink(old.vertx, old.vertx.getOrCreateContext(), "in", old.redis.url());
      link.onConnect(connection -> Durability.require(connection, 2));
      link.start();
      String version = Durability.version(old.send(Command.INFO, "server").toString());
      if (Durability.hasWaitAof(version)) {
        get(link.connected());
      } else {
        await()
            .atMost(BOUND)
            .until(() -> link.state().detail().contains("needs Redis 7.2 or newer"));
        assertTrue(link.state().detail().contains("Redis " + version), link.state().detail());
        assertFalse(link.connected().isComplete());
      }
      get(link.stop());
    }
  }

  /** None where no Redis is on the path that has WAITAOF. */
  @TestFactory
  Stream<DynamicTest> whereRedisHasWaitAof() throws Exception {
    return newRedis().stream()
        .flatMap(
            program ->
                Stream.of(
                    test(program, "no receipt without the replica", ReplicasIT::holdsReceipts),
                    test(program, "the replica has what was receipted", ReplicasIT::outlives),
                    test(program, "an ending waits and keeps its verdict", ReplicasIT::ends)));
  }

  private static void holdsReceipts(Pair pair) throws Exception {
    assertTrue(pair.append("a").succeeded());
    assertEquals(Dependency.State.UP, pair.replicas.state().state());
    pair.second.kill();
    Future<?> refused = pair.append("b");
    assertTrue(refused.failed());
    assertEquals(
        "0 of the replicas have the last write on disk, bus.replicas asks for 1",
        refused.cause().getMessage());
    assertEquals(Dependency.State.DOWN, pair.replicas.state().state());
    pair.second.launch();
    await()
        .atMost(BOUND)
        .until(
            () -> {
              pair.replicas.look();
              return pair.replicas.state().state() == Dependency.State.UP;
            });
    Future<List<Taken>> repeated = pair.append("b");
    assertTrue(repeated.succeeded());
    assertTrue(((Taken.Stored) repeated.result().getFirst()).known());
  }

  private static void outlives(Pair pair) throws Exception {
    Intake intake = new Intake(pair.link, pair.append);
    List<Future<Taken>> posts = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      posts.add(intake.post(Samples.command("c" + i, null, "{\"n\":" + i + "}")));
      if (i == 8_000) {
        await().atMost(BOUND).until(() -> posts.getFirst().isComplete());
        pair.first.kill();
      }
      if (i % 500 == 0) {
        int last = Math.max(0, i - 1_000);
        await().atMost(BOUND).until(() -> posts.get(last).isComplete());
      }
    }
    await().atMost(BOUND).until(() -> posts.stream().allMatch(Future::isComplete));
    List<Receipt> receipts =
        posts.stream()
            .filter(Future::succeeded)
            .map(post -> ((Taken.Stored) post.result()).receipt())
            .toList();
    assertTrue(receipts.size() > 1_000 && receipts.size() < 20_000, receipts.size() + " receipts");
    RedisLink survivor = pair.connect(pair.second);
    get(survivor.send(Request.cmd(Command.REPLICAOF).arg("NO").arg("ONE")));
    for (Receipt receipt : receipts) {
      Response found =
          get(
              survivor.send(
                  Request.cmd(Command.XRANGE)
                      .arg(receipt.stream())
                      .arg(receipt.entry())
                      .arg(receipt.entry())));
      assertEquals(1, found.size(), receipt::toString);
    }
  }

  private static void ends(Pair pair) throws Exception {
    assertTrue(pair.append("a").succeeded());
    io.ruche.bus.redis.stream.Groups groups =
        new io.ruche.bus.redis.stream.Groups(pair.link, SERVICE, SERVICE, "c1");
    get(groups.ensure(List.of(stream())));
    Delivery delivery = get(groups.read(List.of(stream()), 1)).getFirst();
    Finisher finisher = new Finisher(pair.link, pair.replicas, SERVICE, "c1", RedisScene.config());
    pair.second.kill();
    Future<Finisher.Verdict> verdict =
        finisher.commit(new Ending(delivery, JobState.DONE, "", Payload.json("{}"), List.of()));
    await().atMost(BOUND).until(() -> pair.replicas.state().state() == Dependency.State.DOWN);
    assertFalse(verdict.isComplete());
    pair.second.launch();
    assertEquals(Finisher.Verdict.COMMITTED, verdict.await(20, TimeUnit.SECONDS));
  }

  private static DynamicTest test(Path program, String name, ThrowingConsumer<Pair> body) {
    return dynamicTest(
        name,
        () -> {
          try (Pair pair = new Pair(program)) {
            body.accept(pair);
          }
        });
  }

  /** A primary, its replica, and a connection to the primary. */
  private static final class Pair implements AutoCloseable {

    final Vertx vertx = Vertx.vertx();
    final RedisProcess first;
    final RedisProcess second;
    final RedisLink link;
    final Replicas replicas;
    final Append append;
    private final List<RedisLink> links = new ArrayList<>();

    Pair(Path program) throws IOException, TimeoutException {
      first = RedisProcess.start(program);
      second = RedisProcess.start(program, "--replicaof", "127.0.0.1 " + first.port());
      link = connect(first);
      replicas = new Replicas(link, 1);
      append =
          new Append(
              link,
              replicas,
              SERVICE,
              RedisScene.config(),
              java.util.Map.of("say", RedisScene.SAY));
      await()
          .atMost(BOUND)
          .until(
              () -> {
                replicas.look();
                return replicas.state().state() == Dependency.State.UP;
              });
    }

    RedisLink connect(RedisProcess to) throws TimeoutException {
      RedisLink fresh = new RedisLink(vertx, vertx.getOrCreateContext(), "test", to.url());
      fresh.onConnect(connection -> Durability.require(connection, 1));
      fresh.start();
      get(fresh.connected());
      links.add(fresh);
      return fresh;
    }

    /** Appends one command and waits for what comes of it. */
    Future<List<Taken>> append(String id) {
      Future<List<Taken>> taken = append.append("", List.of(Samples.command(id, null, "{}")));
      await().atMost(BOUND).until(taken::isComplete);
      return taken;
    }

    @Override
    public void close() throws TimeoutException {
      for (RedisLink one : links) {
        get(one.stop());
      }
      get(vertx.close());
      first.close();
      second.close();
    }
  }

  private static Optional<Path> newRedis() throws IOException {
    String given = System.getProperty("ruche.test.redis-server", "");
    Stream<Path> candidates =
        given.isEmpty()
            ? Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "redis-server"))
            : Stream.of(Path.of(given));
    Optional<Path> found = candidates.filter(Files::isExecutable).findFirst();
    if (found.isEmpty()) {
      return found;
    }
    Process asked = new ProcessBuilder(found.get().toString(), "--version").start();
    String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher version = Pattern.compile(" v=([\\d.]+)").matcher(said);
    return version.find() && Durability.hasWaitAof(version.group(1)) ? found : Optional.empty();
  }
}
