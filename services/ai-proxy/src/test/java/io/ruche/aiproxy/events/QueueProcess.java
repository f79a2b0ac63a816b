package io.ruche.aiproxy.events;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.aiproxy.AiProxyConfig;
import io.ruche.aiproxy.RunningProxy;
import io.ruche.aiproxy.Settings;
import io.ruche.bus.BusConfig;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.wiring.Site;
import io.ruche.bus.wiring.StreamBus;
import io.ruche.config.Config;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.ruche.testing.JavaProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ai-proxy's command {@code chat} in a process to be killed: {@code QueueProcess CONFIG-FOLDER
 * REDIS BROKER HTTP-PORT}. {@code POST /{tenant}/{id}} queues its body.
 */
public final class QueueProcess {

  private QueueProcess() {}

  /** Runs until it is killed. */
  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    Config config =
        Config.load(Path.of(args[0]), Map.of(), Map.of("ai-proxy", AiProxyConfig.class));
    Settings settings = Settings.following(vertx, config, new Metrics("ai-proxy").registry());
    RunningProxy proxy = RunningProxy.start(vertx, settings, ctx -> ctx.next());
    StreamBus bus = bus(vertx, args[1], args[2]);
    bus.command(
        ChatHandler.command(Duration.ofMinutes(1), settings.current().queue().concurrency()),
        proxy.service().chat());
    bus.start().await();
    vertx
        .createHttpServer()
        .requestHandler(request -> post(bus, request))
        .listen(Integer.parseInt(args[3]), "127.0.0.1")
        .await();
  }

  static StreamBus bus(Vertx vertx, String redis, String broker) {
    return new StreamBus(
        vertx,
        "ai-proxy",
        List.of(new Site("shared", URI.create(broker), URI.create(redis), null, Set.of())),
        new BusConfig(
            500_000,
            Duration.ofDays(7),
            Duration.ofHours(24),
            1_000_000,
            1 << 20,
            256,
            Duration.ofSeconds(5),
            0),
        new BusMetrics(new SimpleMeterRegistry(), "ai-proxy"),
        Tracing.off());
  }

  static Process start(Path folder, String redis, String broker, int port) throws Exception {
    return JavaProcess.start(
        QueueProcess.class,
        folder.resolve("process.log"),
        List.of("-Dvertx.disableDnsResolver=true", "-Xmx256m"),
        List.of(folder.toString(), redis, broker, Integer.toString(port)));
  }

  private static void post(StreamBus bus, HttpServerRequest request) {
    String[] path = request.path().split("/", -1);
    request
        .body()
        .compose(body -> bus.post(command(path[1], path[2], Payload.json(body))))
        .onComplete(
            taken ->
                request
                    .response()
                    .setStatusCode(
                        taken.succeeded() && taken.result() instanceof Taken.Stored ? 202 : 503)
                    .end());
  }

  static Envelope command(String tenant, String id, Payload payload) {
    return new Envelope(
        id,
        "/http",
        "chat",
        null,
        Instant.now().toString(),
        tenant,
        "app",
        null,
        null,
        null,
        null,
        null,
        null,
        "",
        payload);
  }

  static Envelope expiring(Envelope command, long inSeconds) {
    return new Envelope(
        command.id(),
        command.source(),
        command.type(),
        null,
        command.time(),
        command.tenant(),
        command.client(),
        null,
        null,
        null,
        null,
        Instant.now().plusSeconds(inSeconds),
        null,
        "",
        command.payload());
  }
}
