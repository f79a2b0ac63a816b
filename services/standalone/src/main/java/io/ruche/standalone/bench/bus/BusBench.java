package io.ruche.standalone.bench.bus;

import io.ruche.standalone.bench.Machine;
import io.ruche.standalone.bench.Options;
import io.ruche.standalone.bench.Report;
import io.ruche.standalone.bench.bus.Stage.Measured;
import io.ruche.standalone.bench.bus.XaddAlone.Shape;
import io.ruche.standalone.bench.process.CpuClock;
import io.ruche.standalone.bench.process.Endings;
import io.ruche.standalone.bench.process.Scratch;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * {@code ./ruche bench bus}: what goes through the bus with each broker, beside what broker and
 * Redis reach alone, in turns in the same run.
 */
public final class BusBench {

  private static final String HANDLED = "publish -> handled";
  private static final String ALONE = "  broker alone, publish -> subscriber";
  private static final String TO_ALONE = "  handled / broker alone";
  private static final String CPU = "  CPU per command: ";
  private static final String RECEIPT = "publish -> receipt at 1,000/s, ";
  private static final String RECEIPT_ALONE = "  broker alone at 1,000/s, ";
  private static final String DRAIN = "backlog drained";
  private static final String DRAIN_RECEIPT = "  meanwhile publish -> receipt at 1,000/s, ";
  private static final String REPLAY = "replay, put back into the stream";
  private static final String REPLAY_HANDLED = "replay, handled";
  private static final String XADD = "Redis alone, XADD, ";
  private static final List<String> PERCENTILES = List.of("p50", "p99", "p99.9");

  private static final Duration FILL = Duration.ofMinutes(5);
  private static final Duration DRAIN_BOUND = Duration.ofMinutes(5);
  private static final int REPLAY_SHARE = 5;
  private static final int DEFAULT_STREAM_ENTRIES = 500_000;
  private static final int ROOM_BESIDE_BACKLOG = 500_000;

  private final Options options;
  private final Consumer<String> progress;
  private final List<String> brokers = new ArrayList<>();
  private final Report report;

  /**
   * @param progress hears what is being done
   */
  public BusBench(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
    String only = options.broker();
    boolean installed = Mosquitto.installed().isPresent();
    for (String broker : List.of("mosquitto", "embedded")) {
      if ((only == null || only.equals(broker)) && (installed || broker.equals("embedded"))) {
        brokers.add(broker);
      }
    }
    report = new Report("bus", List.of("mosquitto", "embedded"));
    if (!installed) {
      report.note(
          "mosquitto is not installed: its column is left out (Debian: apt install mosquitto)");
    }
    declareRows();
  }

  private void declareRows() {
    report.row(HANDLED, "/s", ">= 10,000/s mosquitto, >= 4,000/s embedded");
    report.row(ALONE, "/s", "");
    report.row(TO_ALONE, "x", "");
    for (String process : List.of("service", "broker", "redis", "load")) {
      report.row(CPU + process, "us", "");
    }
    for (String percentile : PERCENTILES) {
      report.row(RECEIPT + percentile, "ms", percentile.equals("p99") ? "<= 50 ms" : "");
    }
    for (String percentile : PERCENTILES) {
      report.row(RECEIPT_ALONE + percentile, "ms", "");
    }
    report.row(DRAIN, "/s", ">= 20,000/s");
    for (String percentile : PERCENTILES) {
      report.row(DRAIN_RECEIPT + percentile, "ms", percentile.equals("p99") ? "<= 50 ms" : "");
    }
    report.row(REPLAY, "/s", ">= 20,000/s");
    report.row(REPLAY_HANDLED, "/s", "");
    for (Shape shape : Shape.values()) {
      report.row(XADD + shape.label, "/s", "");
    }
  }

  /** Measures everything; takes about ten minutes, or with {@code --quick} two or three. */
  public Report run() throws Exception {
    if (brokers.isEmpty()) {
      throw new IllegalStateException(
          "mosquitto is not installed, and no other broker is asked for");
    }
    try (Endings endings = new Endings()) {
      Scratch scratch = Scratch.in(options.data(), progress);
      endings.add(scratch::delete);
      report.note(Machine.describe(scratch.folder()));
      report.note(
          "%d-byte commands, appendfsync always; prefetch %d, at most %,d published and not handled; medians of %d"
              .formatted(Message.BYTES, Stage.PREFETCH, Stage.WINDOW, options.runs()));
      if (options.quick()) {
        report.note("quick: the JVMs are hardly warm, which costs the embedded broker most");
      }
      List<Stage> stages = new ArrayList<>();
      int room = Math.max(DEFAULT_STREAM_ENTRIES, options.backlog() + ROOM_BESIDE_BACKLOG);
      for (String broker : brokers) {
        stages.add(new Stage(broker, scratch.folder(), room, endings, progress));
      }
      report.note(Machine.others(measure(stages)));
    }
    return report;
  }

  /** Cores that others kept busy meanwhile. */
  private double measure(List<Stage> stages) throws Exception {
    for (Stage stage : stages) {
      warmUp(stage);
    }
    CpuClock all = new CpuClock();
    for (Stage stage : stages) {
      stage.cpu().copyInto(all, stage.name() + " ");
    }
    CpuClock.Reading began = all.read();
    for (int run = 1; run <= options.runs(); run++) {
      for (Stage stage : stages) {
        progress.accept("run %d of %d, %s".formatted(run, options.runs(), stage.name()));
        throughput(stage);
        redisAlone(stage);
        latency(stage);
      }
    }
    if (options.backlog() > 0) {
      for (Stage stage : stages) {
        backlog(stage);
        replay(stage);
      }
    }
    return all.since(began).coresOfOthers().orElse(0);
  }

  private double seconds(double full, double quick) {
    return options.quick() ? quick : full;
  }

  /** Until the compiler has had its time: a cold JVM is not what a backbone runs on for long. */
  private void warmUp(Stage stage) {
    double before = 0;
    for (int round = 1; round <= (options.quick() ? 3 : 12); round++) {
      double rate = stage.measure("closed", 5, Stage.WINDOW).rate();
      progress.accept("%s: warming up, %,.0f/s".formatted(stage.name(), rate));
      if (round > 3 && rate < before * 1.1) {
        break;
      }
      before = Math.max(before, rate);
    }
    stage.measure("closed-alone", seconds(4, 2), Stage.WINDOW);
    stage.measure("open", seconds(3, 2), Stage.RATE);
  }

  private void throughput(Stage stage) {
    Measured alone = stage.measure("closed-alone", seconds(5, 3), Stage.WINDOW);
    Measured bus = stage.measure("closed", seconds(10, 6), Stage.WINDOW);
    requireComplete("closed-alone", alone.answer());
    requireComplete("closed", bus.answer());
    report.add(ALONE, stage.name(), alone.rate());
    report.add(HANDLED, stage.name(), bus.rate());
    report.add(TO_ALONE, stage.name(), bus.rate() / alone.rate());
    bus.cpu()
        .seconds()
        .forEach(
            (process, used) -> {
              if (!process.equals("sink")) {
                report.add(CPU + process, stage.name(), used / bus.handled() * 1e6);
              }
            });
  }

  private void redisAlone(Stage stage) throws Exception {
    XaddAlone alone = new XaddAlone(stage.redis());
    for (Shape shape : Shape.values()) {
      report.add(XADD + shape.label, stage.name(), alone.measure(shape, seconds(2, 1)));
    }
  }

  private void latency(Stage stage) {
    JsonObject alone = stage.measure("open-alone", seconds(5, 3), Stage.RATE).answer();
    JsonObject receipts = stage.measure("open", seconds(10, 6), Stage.RATE).answer();
    requireComplete("open-alone", alone);
    requireComplete("open", receipts);
    addPercentiles(RECEIPT_ALONE, stage, alone);
    addPercentiles(RECEIPT, stage, receipts);
  }

  private void addPercentiles(String label, Stage stage, JsonObject answer) {
    for (String percentile : PERCENTILES) {
      report.add(label + percentile, stage.name(), answer.getDouble(percentile.replace(".", "")));
    }
  }

  private static void requireComplete(String what, JsonObject answer) {
    if (answer.getLong("missing") > 0) {
      throw new IllegalStateException(
          "of %d messages of '%s' %d did not come through"
              .formatted(answer.getLong("sent"), what, answer.getLong("missing")));
    }
  }

  private void backlog(Stage stage) throws InterruptedException {
    int size = options.backlog();
    // A stream of its own, so that all of it is handled in the order in which it was stored.
    String tenant = "backlog";
    progress.accept("%s: storing a backlog of %,d".formatted(stage.name(), size));
    stage.service().ask(FILL, "hold");
    long before = stage.handled();
    JsonObject filled = stage.service().ask(FILL, "fill", tenant, "backlog-", size);
    long stored = filled.getLong("count");
    if (stored < size) {
      report.note("%s: the backlog was only %,d".formatted(stage.name(), stored));
    }
    stage.load().tell("open", DRAIN_BOUND.toSeconds(), Stage.RATE, tenant);
    long began = System.nanoTime();
    stage.service().ask(FILL, "release");
    double seconds = awaitHandled(stage, before + stored, stored, began);
    stage.stopLoad();
    JsonObject receipts = stage.load().answer(DRAIN_BOUND);
    requireComplete("open", receipts);
    // First in, first out: what was stored before has been handled when so many have been.
    report.add(DRAIN, stage.name(), stored / seconds);
    addPercentiles(DRAIN_RECEIPT, stage, receipts);
    awaitHandled(stage, before + stored + receipts.getLong("sent"), 0, System.nanoTime());
  }

  private void replay(Stage stage) throws InterruptedException {
    int size = options.backlog() / REPLAY_SHARE;
    String tenant = "replayed";
    long before = stage.handled();
    progress.accept("%s: replaying %,d".formatted(stage.name(), size));
    long stored = stage.service().ask(FILL, "fill", tenant, "replay-", size).getLong("count");
    awaitHandled(stage, before + stored, 0, System.nanoTime());
    long began = System.nanoTime();
    JsonObject replayed = stage.service().ask(FILL, "replay", tenant);
    long count = replayed.getLong("count");
    report.add(REPLAY, stage.name(), count / replayed.getDouble("seconds"));
    double seconds = awaitHandled(stage, before + stored + count, 0, began);
    report.add(REPLAY_HANDLED, stage.name(), count / seconds);
  }

  /** Waits until so many have been handled; returns seconds since {@code began}. */
  private double awaitHandled(Stage stage, long handled, long shown, long began)
      throws InterruptedException {
    long tellAt = System.nanoTime() + 5_000_000_000L;
    while (stage.handled() < handled) {
      long now = System.nanoTime();
      if (now - began > DRAIN_BOUND.toNanos()) {
        throw new IllegalStateException(
            "%s: %,d of %,d were not handled within %d s"
                .formatted(
                    stage.name(),
                    handled - stage.handled(),
                    Math.max(shown, 1),
                    DRAIN_BOUND.toSeconds()));
      }
      if (shown > 0 && now > tellAt) {
        tellAt = now + 5_000_000_000L;
        progress.accept("  %,d left".formatted(handled - stage.handled()));
      }
      Thread.sleep(5);
    }
    return (System.nanoTime() - began) / 1e9;
  }
}
