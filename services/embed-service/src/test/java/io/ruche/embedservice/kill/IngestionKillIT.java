package io.ruche.embedservice.kill;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.Scope;
import io.ruche.embedservice.ServiceMain;
import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.testing.FileIndex;
import io.ruche.embedservice.testing.ObjectStore;
import io.ruche.store.RedisLink;
import io.ruche.testing.JavaProcess;
import io.ruche.testing.NewKey;
import io.ruche.testing.Ports;
import io.ruche.testing.PostgresProcess;
import io.ruche.testing.RedisProcess;
import io.ruche.testing.TestFolder;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * kill -9 at random points of ingestions: nothing is lost, nothing is there twice. {@code
 * -Druche.test.kills=100} for the long form.
 */
final class IngestionKillIT {

  private static final int KILLS = Integer.getInteger("ruche.test.kills", 5);
  private static final Duration BOUND = Duration.ofSeconds(90);

  private final Vertx vertx = Vertx.vertx();
  private PostgresProcess postgres;
  private RedisProcess redis;
  private ObjectStore objects;
  private Path folder;
  private String database;
  private int port;
  private Process service;

  @BeforeEach
  void open() throws Exception {
    postgres = PostgresProcess.start();
    redis = RedisProcess.start();
    objects = new ObjectStore(vertx);
    folder = TestFolder.make("embed-kill");
    database = postgres.newDatabase();
    port = Ports.free();
    Files.writeString(
        folder.resolve("embed-service.yaml"),
        "port: " + port + "\nmanagement-port: " + Ports.free() + "\n");
  }

  @AfterEach
  void close() throws Exception {
    service.destroyForcibly().onExit().join();
    vertx.close().await(10, TimeUnit.SECONDS);
    redis.close();
    postgres.close();
    TestFolder.delete(folder);
  }

  @Test
  void losesNothingAndDoublesNothing() throws Exception {
    long seed = Long.getLong("ruche.test.seed", new Random().nextLong());
    System.out.println("kill seed " + seed);
    Random random = new Random(seed);
    launch();
    Load load =
        new Load(
            "http://127.0.0.1:" + port,
            NewKey.in(vertx, postgres.url(database), redis.url(), Scope.DOCUMENTS),
            random.nextLong());
    Thread client = new Thread(load, "load");
    client.start();
    try {
      for (int kill = 0; kill < KILLS; kill++) {
        int before = load.jobs().size();
        // At least one more is accepted in each life, and then the end comes at any moment.
        await().atMost(BOUND).until(() -> load.jobs().size() > before);
        pause(random.nextInt(700));
        service.destroyForcibly().onExit().join();
        launch();
      }
      int before = load.jobs().size();
      await().atMost(BOUND).until(() -> load.jobs().size() > before);
    } finally {
      load.stop();
      client.join();
    }
    await()
        .atMost(BOUND.multipliedBy(2))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> open(load) == 0);

    assertEquals(Set.of("done"), states(load));
    assertEquals(expected(load), stored());
    assertEquals("0", differences());
    assertEquals(chunks(), indexed());
    assertEquals(Map.of(), eventsOtherThanOnce(load));
    assertTrue(load.jobs().size() > KILLS, "jobs: " + load.jobs().size());
  }

  /** The only thing that there is to wait for is the moment of the kill. */
  private static void pause(long millis) throws InterruptedException {
    Thread.sleep(millis);
  }

  private static int open(Load load) throws Exception {
    int open = 0;
    for (String job : load.jobs()) {
      String state = load.job(job).getString("state");
      if (!Set.of("done", "failed", "expired").contains(String.valueOf(state))) {
        open++;
      }
    }
    return open;
  }

  private static Set<String> states(Load load) throws Exception {
    Set<String> states = new TreeSet<>();
    for (String job : load.jobs()) {
      states.add(load.job(job).getString("state"));
    }
    return states;
  }

  private static Map<String, String> expected(Load load) {
    Map<String, String> texts = new HashMap<>(load.last());
    texts.values().removeIf(String::isEmpty);
    return texts;
  }

  private Map<String, String> stored() throws Exception {
    JsonObject all =
        new JsonObject(
            postgres.read(
                database,
                "SELECT coalesce(json_object_agg(name, body), '{}') FROM ruche_embed.document"
                    + " WHERE state = 'indexed'"));
    Map<String, String> texts = new HashMap<>();
    all.forEach(entry -> texts.put(entry.getKey(), (String) entry.getValue()));
    return texts;
  }

  /** Documents whose chunks are not exactly the paragraphs of their text. */
  private String differences() throws Exception {
    return postgres.read(
        database,
        """
        SELECT count(*) FROM ruche_embed.document d WHERE coalesce(
          (SELECT string_agg(k.body, E'\\n\\n' ORDER BY k.ordinal) FROM ruche_embed.chunk k
           WHERE k.document = d.id), '') <> d.body
        """);
  }

  private Set<String> chunks() throws Exception {
    String all =
        postgres.read(
            database,
            "SELECT coalesce(string_agg(d.name || ' ' || k.id, ','), '') FROM ruche_embed.chunk k"
                + " JOIN ruche_embed.document d ON d.id = k.document");
    return new TreeSet<>(List.of(all.split(",", -1)));
  }

  private Set<String> indexed() {
    FileIndex index = new FileIndex(folder.resolve("index").resolve("small"));
    var unused = index.start();
    Set<String> all = new TreeSet<>();
    for (IndexedChunk chunk : index.all()) {
      all.add(chunk.document() + " " + chunk.id());
    }
    return all;
  }

  /** How often each job was told of, where that is not exactly once. */
  private Map<String, Integer> eventsOtherThanOnce(Load load) throws Exception {
    RedisLink link = new RedisLink(vertx, vertx.getOrCreateContext(), "bus", redis.url());
    var unused = link.start();
    link.connected().await(10, TimeUnit.SECONDS);
    Map<String, Integer> told = new HashMap<>();
    load.jobs().forEach(job -> told.put(job, 0));
    Response events =
        link.send(Request.cmd(Command.XRANGE).arg("{koff}:evt:embed-service").arg("-").arg("+"))
            .await(10, TimeUnit.SECONDS);
    for (Response event : events) {
      Response fields = event.get(1);
      for (int i = 0; i + 1 < fields.size(); i += 2) {
        if (fields.get(i).toString().equals("subject")) {
          told.merge(fields.get(i + 1).toString(), 1, Integer::sum);
        }
      }
    }
    var unusedStop = link.stop();
    told.values().removeIf(times -> times == 1);
    return told;
  }

  private void launch() throws IOException {
    service =
        JavaProcess.start(
            ServiceMain.class,
            folder.resolve("service.log"),
            List.of(),
            List.of(folder.resolve("index").toString(), "15"),
            Map.of(
                "RUCHE_CONFIG", folder.toString(),
                "RUCHE_DATA", folder.resolve("data").toString(),
                "RUCHE_MQTT_URL", "mqtt://127.0.0.1:1",
                "RUCHE_REDIS_URL", redis.url(),
                "RUCHE_HOT_REDIS_URL", redis.url(),
                "RUCHE_POSTGRES_URL", postgres.url(database),
                "RUCHE_S3_URL", objects.url(),
                "RUCHE_S3_ACCESS_KEY", "ruche",
                "RUCHE_S3_SECRET_KEY", "secret"));
    Ports.awaitOpen(port);
  }
}
