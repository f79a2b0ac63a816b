package io.ruche.bus.faults;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.bus.faults.Ledger.Order;
import io.ruche.testing.BrokerProcess;
import io.ruche.testing.RedisProcess;
import io.ruche.testing.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Redis, a broker, service processes, a load and a witness, all real and all killable. */
final class Rig implements AutoCloseable {

  static final String TENANT = "azoth";
  static final String HTTP_CLIENT = "http";
  static final String EVENTS = "{" + TENANT + "}:evt:" + FaultService.SERVICE;
  static final String DEAD_LETTERS = "{" + TENANT + "}:dlq:" + FaultService.SERVICE;

  /** How often the faults of a scenario are repeated; {@code -Druche.fault.rounds=1000}. */
  static final int ROUNDS = Integer.getInteger("ruche.fault.rounds", 2);

  /**
   * How many times the promised recovery time a run may take. The promise is for a machine of one's
   * own, {@code -Druche.fault.slack=1}; beside other work the tests' own processes are slow to
   * start.
   */
  private static final int SLACK = Integer.getInteger("ruche.fault.slack", 3);

  /** New work after the kill of a component, with another process standing by or none needed. */
  static final Duration NEW_WORK = Duration.ofSeconds(5L * SLACK);

  /** New work after the kill of the only process, the start of its successor included. */
  static final Duration NEW_WORK_ALONE = Duration.ofSeconds(12L * SLACK);

  static final Duration TAKEN_OVER = Duration.ofSeconds(30L * SLACK);

  private static final String COUNT_KEYS =
      "local n = 0 for _, key in ipairs(KEYS) do n = n + redis.call('EXISTS', key) end return n";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Logger LOG = LoggerFactory.getLogger(Rig.class);

  final RedisProcess redis;
  final BrokerProcess broker;
  final RedisProbe probe;
  final Ledger ledger = new Ledger();
  final Load load;
  final Random random = new Random();
  final Tester tester;
  final Path folder = TestFolder.make("faults");
  private final List<ServiceProcess> services = new CopyOnWriteArrayList<>();
  private final MqttLine witness;
  private final String name;
  private final List<String> notes = new ArrayList<>();
  private final List<String> tooLate = new ArrayList<>();
  private Thread supervisor;
  private int streamEntries = 500_000;

  private Rig(String name, RedisProcess redis, BrokerProcess broker) throws IOException {
    this.name = name;
    this.redis = redis;
    this.broker = broker;
    probe = new RedisProbe(redis.url());
    load = new Load(broker.url(), ledger, () -> services);
    witness =
        new MqttLine(
            broker.url(),
            MqttLine.Kind.MQTT_5_WITH_SESSION,
            List.of("ruche/" + TENANT + "/evt/#"),
            message -> ledger.heard(message.commandId(), message.eventId()));
    tester = new Tester(broker.url(), ledger);
    LOG.info("{}: everything is in {}", name, folder);
  }

  /** Starts Redis and the broker; services are started by the scenario. */
  static Rig with(BrokerKind kind, String scenario, String... redisSettings) throws IOException {
    return new Rig(scenario + " " + kind, RedisProcess.start(redisSettings), kind.start(false));
  }

  /** The same with a broker that can be killed: it is much slower with Mosquitto. */
  static Rig withMortalBroker(BrokerKind kind, String scenario) throws IOException {
    Rig rig = new Rig(scenario + " " + kind, RedisProcess.start(), kind.start(true));
    rig.load.mostOpen(200);
    return rig;
  }

  static String commands(String command) {
    return "{" + TENANT + "}:cmd:" + FaultService.SERVICE + ":" + command;
  }

  static String topic(String client, String command) {
    return "ruche/" + TENANT + "/cmd/" + client + "/" + FaultService.SERVICE + "/" + command;
  }

  void streamEntries(int most) {
    streamEntries = most;
  }

  ServiceProcess startService() throws IOException {
    ServiceProcess service = ServiceProcess.start(folder, redis.url(), broker.url(), streamEntries);
    services.add(service);
    return service;
  }

  /** Starts a service and waits until it is subscribed and its work flows. */
  ServiceProcess startReadyService() throws IOException {
    ServiceProcess service = startService();
    awaitHeard(tester.send(FaultService.SAY, "first", "{}"), PATIENCE);
    return service;
  }

  void killService(ServiceProcess service) {
    services.remove(service);
    service.kill();
  }

  /** Starts a service now and whenever the last one has died, until the rig is closed. */
  void keepOneServiceRunning() {
    supervisor =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (!Thread.interrupted()) {
                      ServiceProcess service = startService();
                      service.awaitEnd();
                      services.remove(service);
                    }
                  } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                  } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                  }
                });
  }

  /** Kills a random part and starts it again; tells which. */
  String killAnything() throws IOException {
    switch (random.nextInt(4)) {
      case 0 -> {
        broker.kill();
        broker.launch();
        return "kill broker";
      }
      case 1 -> {
        redis.kill();
        redis.launch();
        return "kill redis";
      }
      default -> {
        killService(services.get(random.nextInt(services.size())));
        startService();
        return "kill service";
      }
    }
  }

  /** No longer asked by HTTP, whatever is done to it. */
  void withdraw(ServiceProcess service) {
    services.remove(service);
  }

  /** Starts the load and waits until its work goes through every partition. */
  void warmUp(int rate) {
    long from = System.nanoTime();
    load.rate(rate);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                ledger.receiptedCount() > 300
                    && Flow.await(ledger, from, Duration.ofMillis(60)).slowest().toHours() == 0);
  }

  /** Waits until {@code more} further commands were receipted. */
  void awaitReceipts(int more) {
    long enough = ledger.receiptedCount() + more;
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> ledger.receiptedCount() >= enough);
  }

  /** Waits until work flows that was sent after {@code since}, which should be within a bound. */
  void expectFlow(String fault, long since, Duration bound) {
    Flow flow = Flow.await(ledger, since, PATIENCE);
    note(fault + ": new work " + flow);
    if (flow.slowest().compareTo(bound) > 0) {
      tooLate.add(fault + ": not within " + bound.toSeconds() + " s: " + flow);
    }
  }

  /** Waits for the effect of all that was receipted before {@code fault}. */
  void expectTakenOver(String what, long fault) {
    List<Order> before =
        ledger.all().stream().filter(o -> o.isReceipted() && o.receiptedAt() < fault).toList();
    long left = before.stream().filter(order -> order.heardAt() == 0).count();
    waitFor(
        "every effect of before the " + what,
        () -> before.stream().allMatch(order -> order.heardAt() != 0));
    long last = before.stream().mapToLong(Order::heardAt).max().orElse(fault);
    Duration took = Duration.ofNanos(Math.max(0, last - fault));
    note("%s: %d left were taken over in %.1f s".formatted(what, left, took.toMillis() / 1000.0));
    if (took.compareTo(TAKEN_OVER) > 0) {
      tooLate.add(what + ": not taken over within " + TAKEN_OVER.toSeconds() + " s: " + took);
    }
  }

  /** Receipted, and its end was heard of. */
  static boolean isDone(Order order) {
    return order.isReceipted() && order.heardAt() != 0;
  }

  void awaitHeard(Order order, Duration bound) {
    await().atMost(bound).until(() -> order.heardAt() != 0);
  }

  /** The event that tells how a command ended. */
  RedisProbe.Entry endOf(Order order) {
    return probe.stream(EVENTS).stream()
        .filter(event -> order.id.equals(event.fields().get("subject")))
        .findFirst()
        .orElseThrow();
  }

  /** How many ends of a command were committed. */
  long ends(String id) {
    return probe.stream(EVENTS).stream()
        .filter(event -> id.equals(event.fields().get("subject")))
        .filter(event -> !"command-refused".equals(event.fields().get("type")))
        .count();
  }

  /** How often a handler ran for a command. */
  long runs(String id) throws IOException {
    Path effects = folder.resolve("effects");
    return Files.exists(effects)
        ? Files.readAllLines(effects).stream().filter(line -> line.contains(" " + id + " ")).count()
        : 0;
  }

  /** All streams of commands that exist now. */
  List<String> commandStreams() {
    List<String> streams = new ArrayList<>();
    probe.send("KEYS", "{" + TENANT + "}:cmd:*").forEach(key -> streams.add(key.toString()));
    return streams;
  }

  /** Time is what is tested here: how long somebody stands still. */
  void passTime(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    await()
        .atMost(time.plusSeconds(5))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> System.nanoTime() >= until);
  }

  /** Every recovery was in time. To be called last: a late recovery is less than a loss. */
  void assertRecovered() {
    assertEquals(List.of(), tooLate);
  }

  void note(String text) {
    LOG.info("{}: {}", name, text);
    notes.add(text);
  }

  /** Ends the load, lets everything come to its end, and judges. */
  Verdict judge() throws IOException {
    load.rate(0);
    long since = System.nanoTime();
    waitFor("every receipt", () -> ledger.openCount() == 0);
    waitFor("every effect", () -> verdict().lost().isEmpty());
    waitFor("every event", () -> verdict().unheard().isEmpty());
    Verdict verdict = verdict();
    note("settled in %d ms".formatted((System.nanoTime() - since) / 1_000_000));
    note(verdict.toString());
    verdict.examples().forEach(this::note);
    Path report = Path.of("target", "faults.txt");
    Files.createDirectories(report.getParent());
    Files.writeString(
        report,
        name + "\n  " + String.join("\n  ", notes) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return verdict;
  }

  private void waitFor(String what, java.util.concurrent.Callable<Boolean> condition) {
    try {
      await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(condition);
    } catch (ConditionTimeoutException late) {
      note("not within " + PATIENCE.toSeconds() + " s: " + what);
    }
  }

  private Verdict verdict() throws IOException {
    return Verdict.of(ledger, probe, folder.resolve("effects"));
  }

  /** Commands sent before {@code fault} that are stored without that their sender knows. */
  int storedWithoutReceipt(long fault) {
    List<String> words = new ArrayList<>(List.of("EVAL", COUNT_KEYS, ""));
    for (Order order : ledger.open()) {
      if (order.firstSent < fault) {
        words.add(
            "{%s}:job:%s:%s:%s:%s"
                .formatted(TENANT, FaultService.SERVICE, order.command, order.client, order.id));
      }
    }
    words.set(2, Integer.toString(words.size() - 3));
    return probe.send(words.toArray(String[]::new)).toInteger();
  }

  @Override
  public void close() {
    if (supervisor != null) {
      supervisor.interrupt();
    }
    load.close();
    tester.close();
    witness.close();
    services.forEach(ServiceProcess::kill);
    broker.close();
    probe.close();
    redis.close();
    TestFolder.delete(folder);
  }
}
