package io.ruche.aiproxy.kill;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.AiProxy;
import io.ruche.aiproxy.ServedAiProxy;
import io.ruche.auth.Scope;
import io.ruche.testing.JavaProcess;
import io.ruche.testing.NewKey;
import io.ruche.testing.Ports;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ai-proxy killed with -9 again and again while clients ask, read streams and leave them. What the
 * provider was asked and what the clients were told is the judge of the ledger. {@code
 * -Druche.kill.rounds=50} makes it a long run.
 */
final class ProxyKillIT {

  private static final int ROUNDS = Integer.getInteger("ruche.kill.rounds", 4);
  private static final Duration BOUND = Duration.ofSeconds(90);

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private PostgresProcess postgres;
  private String database;
  private RedisProcess redis;
  private CountingProvider provider;
  private Process proxy;
  private int port;
  private int managementPort;

  @BeforeEach
  void start() throws Exception {
    postgres = PostgresProcess.start();
    database = postgres.newDatabase();
    redis = RedisProcess.start();
    provider = CountingProvider.start(vertx);
    port = Ports.free();
    managementPort = Ports.free();
    Files.writeString(
        folder.resolve("ai-proxy.yaml"),
        """
        port: %d
        management-port: %d
        """
            .formatted(port, managementPort));
  }

  @AfterEach
  void stop() throws Exception {
    proxy.destroyForcibly().onExit().join();
    vertx.close().await(10, TimeUnit.SECONDS);
    redis.close();
    postgres.close();
  }

  @Test
  void losesAndDoublesNoRowAndRecordsEveryClientThatLeft() throws Exception {
    launch();
    KillLoad load =
        new KillLoad(port, NewKey.in(vertx, postgres.url(database), redis.url(), Scope.AI));
    awaitReady();
    load.start();
    Random random = new Random();
    for (int round = 0; round < ROUNDS; round++) {
      awaitMore(load, 200 + random.nextInt(400));
      proxy.destroyForcibly().onExit().join();
      launch();
      awaitReady();
    }
    awaitMore(load, 300);
    load.stop();

    Set<String> asked = provider.asked();
    await().atMost(BOUND).until(() -> models("true").containsAll(asked));
    judge(load, asked);
  }

  private void judge(KillLoad load, Set<String> asked) throws SQLException {
    Set<String> rows = models("true");
    Set<String> interrupted = models("outcome = 'interrupted'");
    Set<String> left = load.leftNanos().keySet();
    List<Long> cancelled = millisToCancel(load.leftNanos());
    System.out.printf(
        "killed %d times: sent %d, answered %d, left %d, asked %d, rows %d, interrupted %d;"
            + " upstream cancelled after p50 %d ms, most %d ms%n",
        ROUNDS,
        load.sent().size(),
        load.answered().size(),
        left.size(),
        asked.size(),
        rows.size(),
        interrupted.size(),
        cancelled.get(cancelled.size() / 2),
        cancelled.getLast());

    assertEquals(List.of(), load.wrong());
    assertEquals(
        "0",
        postgres.read(database, "SELECT count(*) - count(DISTINCT model) FROM ruche_ai.request"));
    assertEquals(Set.of(), without(rows, load.sent()));
    assertEquals(Set.of(), without(load.answered(), models("outcome = 'ok'")));
    assertEquals(Set.of(), without(left, models("outcome IN ('client_left', 'interrupted')")));
    assertEquals(Set.of(), models("outcome <> 'interrupted' AND usage_source = 'none'"));
    assertTrue(!left.isEmpty() && !load.answered().isEmpty());
    // The median: the tail is the machine's, on which eight JVMs may have just started.
    assertTrue(cancelled.get(cancelled.size() / 2) <= 100, cancelled.toString());
  }

  /** From a client's leaving to the provider's seeing it, in order. */
  private List<Long> millisToCancel(Map<String, Long> left) {
    Map<String, Long> seen = provider.leftNanos();
    return left.entrySet().stream()
        .filter(one -> seen.containsKey(one.getKey()))
        .map(one -> Math.max(0, (seen.get(one.getKey()) - one.getValue()) / 1_000_000))
        .sorted()
        .toList();
  }

  private static Set<String> without(Set<String> all, Set<String> these) {
    Set<String> rest = new HashSet<>(all);
    rest.removeAll(these);
    return rest;
  }

  private Set<String> models(String where) throws SQLException {
    String all =
        postgres.read(
            database, "SELECT string_agg(model, ',') FROM ruche_ai.request WHERE " + where);
    return all.equals("null") ? Set.of() : new HashSet<>(Arrays.asList(all.split(",")));
  }

  private static void awaitMore(KillLoad load, int answers) {
    int from = load.answered().size();
    await().atMost(BOUND).until(() -> load.answered().size() >= from + answers);
  }

  private void launch() throws IOException {
    proxy =
        JavaProcess.start(
            AiProxy.class,
            folder.resolve("proxy.log"),
            List.of(),
            List.of(),
            ServedAiProxy.variables(
                folder, redis.url(), postgres.url(database), provider.baseUrl(), "gsk_counting"));
  }

  private void awaitReady() throws IOException {
    Ports.awaitOpen(port);
  }
}
