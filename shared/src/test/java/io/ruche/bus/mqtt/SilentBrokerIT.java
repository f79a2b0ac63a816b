package io.ruche.bus.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.BusConfig;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.bus.wiring.Site;
import io.ruche.bus.wiring.StreamBus;
import io.ruche.lifecycle.Dependency;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A broker, made of bytes, that fails between the CONNACK and the SUBACK the first time. */
class SilentBrokerIT {

  private static final int CONNECT = 1;
  private static final int SUBSCRIBE = 8;
  private static final int PINGREQ = 12;
  private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};
  private static final byte[] PINGRESP = {(byte) 0xD0, 0};

  /** What becomes of the first SUBSCRIBE. */
  enum First {
    UNANSWERED,
    CUT
  }

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger connects = new AtomicInteger();
  private final AtomicInteger subscribes = new AtomicInteger();
  private RedisProcess redis;

  @BeforeEach
  void start() throws Exception {
    redis = RedisProcess.start();
  }

  @AfterEach
  void stop() throws Exception {
    redis.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void isConnectedAgainAndSubscribed(First first) throws Exception {
    NetServer server = vertx.createNetServer().connectHandler(client -> serve(client, first));
    server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
    StreamBus bus =
        new StreamBus(
            vertx,
            "echo",
            List.of(
                new Site(
                    "shared",
                    URI.create("mqtt://127.0.0.1:" + server.actualPort()),
                    URI.create(redis.url()),
                    null,
                    Set.of())),
            new BusConfig(
                500_000,
                Duration.ofDays(7),
                Duration.ofHours(24),
                1_000_000,
                1 << 20,
                256,
                Duration.ofSeconds(1),
                0),
            new BusMetrics(new Metrics("echo").registry(), "echo"),
            Tracing.off());
    bus.command(CommandSpec.named("say"), command -> Outcome.done(command.payload()));
    bus.start().await(10, TimeUnit.SECONDS);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> bus.dependencies().get("mqtt").get().state() == Dependency.State.UP);
    assertEquals(2, subscribes.get());
    assertTrue(connects.get() >= 2, connects + " connects");
    bus.stop().await(10, TimeUnit.SECONDS);
  }

  private void serve(NetSocket client, First first) {
    AtomicReference<Buffer> unread = new AtomicReference<>(Buffer.buffer());
    client.handler(
        bytes -> {
          Buffer all = unread.get().appendBuffer(bytes);
          int at = 0;
          while (at + 1 < all.length()) {
            // Longer packets than 127 bytes, which no client sends here, have a longer length.
            int length = all.getByte(at + 1);
            if (at + 2 + length > all.length()) {
              break;
            }
            short packetId = length < 2 ? 0 : all.getShort(at + 2);
            answer(client, first, all.getUnsignedByte(at) >> 4, packetId);
            at += 2 + length;
          }
          unread.set(all.getBuffer(at, all.length()));
        });
  }

  private void answer(NetSocket client, First first, int type, short packetId) {
    switch (type) {
      case CONNECT -> {
        connects.incrementAndGet();
        client.write(Buffer.buffer(CONNACK));
      }
      case SUBSCRIBE -> {
        if (subscribes.incrementAndGet() > 1) {
          byte[] suback = {(byte) 0x90, 4, (byte) (packetId >> 8), (byte) packetId, 0, 1};
          client.write(Buffer.buffer(suback));
        } else if (first == First.CUT) {
          client.close();
        }
      }
      case PINGREQ -> client.write(Buffer.buffer(PINGRESP));
      default -> {}
    }
  }
}
