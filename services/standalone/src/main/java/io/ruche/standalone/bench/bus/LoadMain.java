package io.ruche.standalone.bench.bus;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.reactivex.schedulers.Schedulers;
import io.ruche.standalone.bench.process.Answers;
import io.ruche.standalone.bench.process.Board;
import io.ruche.standalone.bench.process.Board.Counter;
import io.ruche.standalone.bench.process.Latencies;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The publisher, in a process of its own, at QoS 1. Closed loop: no more than a window is sent and
 * not yet handled, so nothing piles up in the broker and the rate is one that lasts. Open loop: a
 * fixed rate whatever comes back, and each latency counts from the moment the message was due.
 */
public final class LoadMain {

  /** A topic of a device, which the bus does not read: the broker without the bus. */
  static final String ALONE = "ruche/" + Message.TENANT + "/dev/bench/tele";

  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long BACK_OFF_NANOS = 200_000;
  private static final int BURST = 32;
  private static final long CONNECT_SECONDS = 20;

  private final Board board;
  private final Mqtt5AsyncClient client;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final String session = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);
  private int series;

  private LoadMain(Board board, Mqtt5AsyncClient client) {
    this.board = board;
    this.client = client;
  }

  /** Argument: the folder of the board. The first line is {@code connect URL}. */
  public static void main(String[] args) throws Exception {
    PrintStream out = Answers.takeStandardOut();
    Board board = Board.in(Path.of(args[0]));
    @Nullable LoadMain[] load = new @Nullable LoadMain[1];
    Answers.serve(
        out,
        (verb, words) -> {
          LoadMain connected = load[0];
          if (connected == null) {
            load[0] = new LoadMain(board, connect(URI.create(words.getFirst()), "load"));
            return new JsonObject();
          }
          return connected.answer(verb, words);
        });
    System.exit(0);
  }

  static Mqtt5AsyncClient connect(URI broker, String name) throws Exception {
    MqttClientBuilder common =
        MqttClient.builder()
            .identifier("ruche-bench-" + name)
            .serverHost(broker.getHost())
            .serverPort(broker.getPort())
            .executorConfig()
            .applicationScheduler(Schedulers.trampoline())
            .applyExecutorConfig();
    Mqtt5ClientBuilder builder = common.useMqttVersion5();
    String user = broker.getUserInfo();
    if (user != null) {
      int colon = user.indexOf(':');
      builder =
          builder
              .simpleAuth()
              .username(user.substring(0, colon))
              .password(user.substring(colon + 1).getBytes(StandardCharsets.UTF_8))
              .applySimpleAuth();
    }
    Mqtt5AsyncClient client = builder.buildAsync();
    client
        .connectWith()
        .cleanStart(true)
        .keepAlive(30)
        .send()
        .get(CONNECT_SECONDS, TimeUnit.SECONDS);
    return client;
  }

  private JsonObject answer(String verb, List<String> args) throws Exception {
    double seconds = Double.parseDouble(args.get(0));
    int number = Integer.parseInt(args.get(1));
    String tenant = args.get(2);
    String commands = Message.topic(tenant);
    return switch (verb) {
      case "closed" -> closed(commands, seconds, number);
      case "closed-alone" -> closed(ALONE, seconds, number);
      case "open" -> open(Message.receipts(tenant), index -> commands, seconds, number);
      case "open-alone" -> {
        String prefix = ALONE + "/" + session + "-" + series + "-";
        yield open(ALONE + "/", index -> prefix + index, seconds, number);
      }
      default -> throw new IllegalArgumentException(verb);
    };
  }

  private JsonObject closed(String topic, double seconds, int window) throws InterruptedException {
    String prefix = session + "-" + series++ + "-";
    long handledBefore = board.get(Counter.HANDLED);
    long acknowledgedBefore = acknowledged.get();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long sent = 0;
    while (System.nanoTime() < end) {
      if (sent - (board.get(Counter.HANDLED) - handledBefore) >= window
          || sent - (acknowledged.get() - acknowledgedBefore) >= window) {
        LockSupport.parkNanos(BACK_OFF_NANOS);
        continue;
      }
      for (int i = 0; i < BURST; i++) {
        publish(topic, Message.body(prefix + sent++));
      }
      board.add(Counter.SENT, BURST);
    }
    long bound = System.nanoTime() + SETTLE_NANOS;
    while (board.get(Counter.HANDLED) < handledBefore + sent && System.nanoTime() < bound) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return new JsonObject()
        .put("sent", sent)
        .put("refused", refused.get())
        .put("missing", handledBefore + sent - board.get(Counter.HANDLED));
  }

  private void publish(String topic, byte[] body) {
    CompletableFuture<?> unused =
        client
            .publish(
                Mqtt5Publish.builder()
                    .topic(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(body)
                    .build())
            .whenComplete(
                (result, failure) -> {
                  if (failure != null || result.getError().isPresent()) {
                    refused.incrementAndGet();
                  }
                  acknowledged.incrementAndGet();
                });
  }

  /**
   * Publishes at a fixed rate and measures until what comes back for each.
   *
   * @param back where something comes back, on a topic that ends with the message's id
   */
  private JsonObject open(String back, IntFunction<String> topic, double seconds, int rate)
      throws Exception {
    String prefix = session + "-" + series++ + "-";
    int most = (int) (seconds * rate);
    long gap = 1_000_000_000L / rate;
    Latencies latencies = new Latencies(most, gap);
    client
        .subscribeWith()
        .topicFilter(back + "+")
        .qos(MqttQos.AT_LEAST_ONCE)
        .callback(
            received -> {
              long now = System.nanoTime();
              String id = received.getTopic().toString().substring(back.length());
              if (id.startsWith(prefix)) {
                latencies.came(Integer.parseInt(id.substring(prefix.length())), now);
              }
            })
        .send()
        .get(CONNECT_SECONDS, TimeUnit.SECONDS);
    long stops = board.get(Counter.STOPS);
    latencies.begin(System.nanoTime());
    int sent = 0;
    while (sent < most && board.get(Counter.STOPS) == stops) {
      for (long wait = latencies.untilDue(sent); wait > 0; wait = latencies.untilDue(sent)) {
        LockSupport.parkNanos(wait);
      }
      publish(topic.apply(sent), Message.body(prefix + sent));
      board.add(Counter.SENT, 1);
      sent++;
    }
    latencies.awaitAll(sent, SETTLE_NANOS);
    client.unsubscribeWith().topicFilter(back + "+").send().get(CONNECT_SECONDS, TimeUnit.SECONDS);
    return latencies.toJson(sent);
  }
}
