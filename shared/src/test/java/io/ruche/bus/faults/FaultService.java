package io.ruche.bus.faults;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.bus.BusConfig;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.Command;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.wiring.Site;
import io.ruche.bus.wiring.StreamBus;
import io.ruche.metrics.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A service to be killed: {@code FaultService REDIS BROKER EFFECTS STREAM-ENTRIES HTTP-PORT}. Its
 * commands do what their payload says, {@code {"work": ms, "how": ..., "until": attempt}}, and note
 * every run in the file EFFECTS, which all processes of a test share.
 */
public final class FaultService {

  static final String SERVICE = "fault";

  /** Runs side by side; its effect is the bus's to commit. */
  static final String SAY = "say";

  /** Runs in the order of its key. */
  static final String STEP = "step";

  /** Does what its payload says until an attempt, and has few and quick attempts. */
  static final String POISON = "poison";

  static final int POISON_ATTEMPTS = 3;

  private final FileChannel effects;

  private FaultService(Path effects) throws IOException {
    this.effects = FileChannel.open(effects, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  public static void main(String[] args) throws Exception {
    FaultService program = new FaultService(Path.of(args[2]));
    Vertx vertx = Vertx.vertx();
    StreamBus bus =
        new StreamBus(
            vertx,
            SERVICE,
            List.of(new Site("shared", URI.create(args[1]), URI.create(args[0]), null, Set.of())),
            new BusConfig(
                Integer.parseInt(args[3]),
                Duration.ofDays(7),
                Duration.ofHours(24),
                1_000_000,
                1 << 20,
                256,
                Duration.ofSeconds(5),
                0),
            new BusMetrics(new SimpleMeterRegistry(), SERVICE),
            Tracing.off());
    bus.command(CommandSpec.named(SAY).completed("said").failed("say-failed"), program::handle);
    bus.command(
        CommandSpec.named(STEP).completed("stepped").failed("step-failed").orderedByKey(),
        program::handle);
    bus.command(
        CommandSpec.named(POISON)
            .completed("cured")
            .failed("poison-failed")
            .attempts(POISON_ATTEMPTS, Duration.ofMillis(200), Duration.ofSeconds(1)),
        program::handle);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> bus.stop().await()));
    vertx
        .createHttpServer()
        .requestHandler(request -> post(bus, request))
        .listen(Integer.parseInt(args[4]), "127.0.0.1")
        .await();
    bus.start().await();
  }

  /** {@code POST /{command}/{key}/{id}} answers 202 when the command is on disk. */
  private static void post(StreamBus bus, HttpServerRequest request) {
    String[] path = request.path().split("/", -1);
    request
        .body()
        .compose(
            body ->
                bus.post(
                    new Envelope(
                        path[3],
                        "/http",
                        path[1],
                        null,
                        Instant.now().toString(),
                        Rig.TENANT,
                        Rig.HTTP_CLIENT,
                        path[2],
                        null,
                        null,
                        null,
                        null,
                        null,
                        "",
                        Payload.json(body))))
        .<Void>compose(
            taken ->
                switch (taken) {
                  case Taken.Stored stored ->
                      request.response().setStatusCode(202).end(stored.receipt().toJson());
                  case Taken.Conflict conflict -> request.response().setStatusCode(409).end();
                  case Taken.Full full -> request.response().setStatusCode(503).end();
                })
        .recover(
            away ->
                request.response().closed()
                    ? Future.succeededFuture()
                    : request.response().setStatusCode(503).end());
  }

  private Outcome handle(Command command) throws Exception {
    JsonObject order =
        command.payload().data().length() > 0 && command.payload().isJson()
            ? command.payload().data().toJsonObject()
            : new JsonObject();
    boolean obeys = command.attempt() <= order.getInteger("until", Integer.MAX_VALUE);
    String how = obeys ? order.getString("how", "") : "";
    if (how.equals("halt-before")) {
      Runtime.getRuntime().halt(9);
    }
    int work = order.getInteger("work", 0);
    if (work > 0) {
      Thread.sleep(work);
    }
    note(command);
    return switch (how) {
      case "halt-after" -> {
        Runtime.getRuntime().halt(9);
        throw new IllegalStateException();
      }
      case "throw" -> throw new IllegalArgumentException("bitter");
      case "error" -> throw new StackOverflowError("deep");
      case "retry" -> Outcome.retry("not now");
      case "dead" -> Outcome.dead("never");
      default -> Outcome.done(Payload.json(new JsonObject().put("ok", true).toBuffer()));
    };
  }

  /** One write of one line: lines of several processes do not mix, and a kill loses none. */
  private void note(Command command) throws IOException {
    String key = command.envelope().key();
    String line =
        "%s %s %s %d %d%n"
            .formatted(
                command.envelope().type(),
                key == null ? "-" : key,
                command.id(),
                command.attempt(),
                ProcessHandle.current().pid());
    effects.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
  }
}
