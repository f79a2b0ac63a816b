package io.ruche.standalone.bench.bus;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.backbone.BackboneConfig;
import io.ruche.backbone.EventLoops;
import io.ruche.bus.BusConfig;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.Replay;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.bus.wiring.Site;
import io.ruche.bus.wiring.StreamBus;
import io.ruche.config.Config;
import io.ruche.lifecycle.Dependency;
import io.ruche.metrics.Tracing;
import io.ruche.standalone.bench.process.Answers;
import io.ruche.standalone.bench.process.Board;
import io.ruche.standalone.bench.process.Board.Counter;
import io.ruche.store.RedisLink;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The bus in a process of its own, with one command whose handler counts. */
public final class ServiceMain {

  static final String SERVICE = "bench";
  static final String COMMAND = "count";

  private static final int POSTS_AT_ONCE = 4_096;
  private static final long FILL_NANOS = TimeUnit.MINUTES.toNanos(4);
  private static final long READY_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long STOP_SECONDS = 20;
  private static final long REPLAY_SECONDS = 300;
  private static final Payload RESULT = Payload.json(Buffer.buffer("{}"));

  private final Vertx vertx = EventLoops.start();
  private final Path folder;
  private final Board board;
  private final int prefetch;
  private final Payload payload = Payload.json(Buffer.buffer(Message.body("backlog")));
  private StreamBus bus;
  private RedisLink replaying;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  @SuppressWarnings("NullAway.Init") // "start" is the first line that comes
  private ServiceMain(Path folder, int prefetch) throws Exception {
    this.folder = folder;
    this.board = Board.in(folder);
    this.prefetch = prefetch;
  }

  /**
   * Arguments: folder of the board, of {@code backbone.yaml} and of the broker's data, prefetch.
   */
  public static void main(String[] args) throws Exception {
    PrintStream out = Answers.takeStandardOut();
    ServiceMain service = new ServiceMain(Path.of(args[0]), Integer.parseInt(args[1]));
    Answers.serve(out, service::answer);
    if (service.bus != null) {
      service.bus.stop().await(STOP_SECONDS, TimeUnit.SECONDS);
    }
    System.exit(0);
  }

  private JsonObject answer(String verb, List<String> args) throws Exception {
    return switch (verb) {
      case "start" -> start(args.get(0), URI.create(args.get(1)));
      case "hold" -> {
        gate = new CountDownLatch(1);
        yield new JsonObject();
      }
      case "release" -> {
        gate.countDown();
        yield new JsonObject();
      }
      case "fill" -> fill(args.get(0), args.get(1), Integer.parseInt(args.get(2)));
      case "replay" -> replay(args.get(0));
      default -> throw new IllegalArgumentException(verb);
    };
  }

  /**
   * @param where a broker's URL, or {@code embedded} for one in this process, as {@code ./ruche up}
   *     runs it
   */
  private JsonObject start(String where, URI redis) throws Exception {
    URI broker = where.equals("embedded") ? EmbeddedBroker.start(folder) : URI.create(where);
    BusConfig config =
        Config.load(folder, Map.of(), Map.of("backbone", BackboneConfig.class))
            .get(BackboneConfig.class)
            .bus();
    bus =
        new StreamBus(
            vertx,
            SERVICE,
            List.of(new Site("shared", broker, redis, null, Set.of())),
            config,
            new BusMetrics(new SimpleMeterRegistry(), SERVICE),
            Tracing.off());
    bus.command(
        CommandSpec.named(COMMAND).prefetch(prefetch),
        command -> {
          gate.await();
          board.add(Counter.HANDLED, 1);
          return Outcome.done(RESULT);
        });
    bus.start().await(STOP_SECONDS, TimeUnit.SECONDS);
    awaitReady();
    replaying = new RedisLink(vertx, vertx.getOrCreateContext(), "replay", redis.toString());
    replaying.start().compose(started -> replaying.connected()).await(10, TimeUnit.SECONDS);
    return new JsonObject().put("broker", broker.toString());
  }

  private void awaitReady() throws InterruptedException {
    long bound = System.nanoTime() + READY_NANOS;
    while (bus.dependencies().values().stream()
        .anyMatch(one -> one.get().state() != Dependency.State.UP)) {
      if (System.nanoTime() > bound) {
        throw new IllegalStateException("not ready within 30 s: " + bus.dependencies());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Stores commands as HTTP ingress does, without a broker in between. */
  private JsonObject fill(String tenant, String prefix, int count) throws InterruptedException {
    Semaphore room = new Semaphore(POSTS_AT_ONCE);
    AtomicLong stored = new AtomicLong();
    long began = System.nanoTime();
    for (int i = 0; i < count && System.nanoTime() - began < FILL_NANOS; i++) {
      room.acquire();
      bus.post(envelope(tenant, prefix + i))
          .onComplete(
              taken -> {
                if (taken.succeeded() && taken.result() instanceof Taken.Stored) {
                  stored.incrementAndGet();
                }
                room.release();
              });
    }
    room.acquire(POSTS_AT_ONCE);
    return new JsonObject()
        .put("count", stored.get())
        .put("seconds", (System.nanoTime() - began) / 1e9);
  }

  private Envelope envelope(String tenant, String id) {
    return new Envelope(
        id,
        "bench",
        COMMAND,
        null,
        Instant.now().toString(),
        tenant,
        Message.CLIENT,
        null,
        null,
        null,
        null,
        null,
        null,
        Message.topic(tenant),
        payload);
  }

  /** Repeats all commands in a tenant's history, as {@code ./ruche replay} does. */
  private JsonObject replay(String tenant) throws Exception {
    long began = System.nanoTime();
    long count =
        new Replay(replaying, new StreamKeys(tenant, SERVICE))
            .run(new Replay.Selection(COMMAND, null, null, null, null), looked -> {})
            .await(REPLAY_SECONDS, TimeUnit.SECONDS);
    return new JsonObject().put("count", count).put("seconds", (System.nanoTime() - began) / 1e9);
  }
}
