package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.bench.Machine;
import io.ruche.standalone.bench.Options;
import io.ruche.standalone.bench.Report;
import io.ruche.standalone.bench.process.CpuClock;
import io.ruche.standalone.bench.process.Endings;
import io.ruche.standalone.bench.process.FreePort;
import io.ruche.standalone.bench.process.Memory;
import io.ruche.standalone.bench.process.Part;
import io.ruche.standalone.bench.process.Scratch;
import io.ruche.standalone.bench.proxy.Rig.Server;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * {@code ./ruche bench streams}: 2,000 streams of two pieces a second, through ai-proxy and without
 * it: the time to the first piece, the way of each, and memory.
 */
public final class StreamsBench {

  private static final int STREAMS = 2_000;
  private static final double OPEN_SECONDS = 10;
  private static final int WARM_CONNECTIONS = 32;

  /** What a JVM that has run for a while has behind it: its hottest code compiled. */
  private static final double WARM_SECONDS = 30;

  private static final int WARM_ROUNDS = 6;
  private static final String DIRECT = "no proxy";
  private static final String FIRST_P50 = "to the first piece, p50";
  private static final String FIRST_P99 = "to the first piece, p99";
  private static final String ADDED_P99 = "  added p99";
  private static final String WAY_P50 = "a piece's way, p50";
  private static final String WAY_P99 = "a piece's way, p99";
  private static final String CPU = "CPU of ai-proxy a piece";
  private static final String EACH = "memory a stream";
  private static final String MEMORY = "resident memory with all streams";

  private final Options options;
  private final Consumer<String> progress;
  private final Report report = new Report("streams", List.of(Rig.PROXY, DIRECT));

  /**
   * @param progress hears what is being done
   */
  public StreamsBench(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
    report.row(FIRST_P50, "ms", "");
    report.row(FIRST_P99, "ms", "");
    report.row(ADDED_P99, "ms", "<= 5");
    report.row(WAY_P50, "ms", "");
    report.row(WAY_P99, "ms", "");
    report.row(CPU, "us", "");
    report.row(EACH, "KiB", "<= 32");
    report.row(MEMORY, "MiB", "");
  }

  /** Holds the streams, in turns with and without ai-proxy; about four minutes, or a half. */
  public Report run() throws Exception {
    try (Endings endings = new Endings()) {
      Scratch scratch = Scratch.in(options.data(), progress);
      endings.add(scratch::delete);
      report.note(Machine.describe(scratch.folder()));
      report.note(
          "%d streams, opened within %.0f s and held, two pieces a second on each; ai-proxy checks keys, holds limits and a budget, and keeps a ledger"
              .formatted(STREAMS, OPEN_SECONDS));
      measure(scratch.folder(), endings);
    }
    return report;
  }

  private double seconds() {
    return OPEN_SECONDS + (options.quick() ? 5 : 20);
  }

  private void measure(Path folder, Endings endings) throws Exception {
    int port = FreePort.find();
    Part provider =
        Part.start("provider", folder, "512m", UpstreamMain.class, Integer.toString(port));
    endings.add(provider::close);
    Rig rig = new Rig(folder, port, endings, progress);
    Server direct = Server.open(DIRECT, port);
    rig.cpu().watch("provider", provider::handle);
    progress.accept("warming up");
    rig.closed(rig.server(), 0, WARM_CONNECTIONS, options.quick() ? OPEN_SECONDS : WARM_SECONDS);
    for (int round = 0; round < WARM_ROUNDS; round++) {
      rig.streams(rig.server(), STREAMS / 2, OPEN_SECONDS / 4, OPEN_SECONDS / 2);
    }
    memory(rig);
    rig.streams(direct, STREAMS, OPEN_SECONDS / 2, OPEN_SECONDS);
    CpuClock.Reading began = rig.cpu().read();
    for (int round = 1; round <= options.runs(); round++) {
      progress.accept("round %d of %d".formatted(round, options.runs()));
      JsonObject without = add(direct, rig.streams(direct, STREAMS, OPEN_SECONDS, seconds()));
      through(rig, without);
    }
    report.note(Machine.others(rig.cpu().since(began).coresOfOthers().orElse(0)));
  }

  /** In a run of its own, since a collection stops the streams for a moment. */
  private void memory(Rig rig) throws Exception {
    Memory memory = new Memory(rig.proxy());
    double before = memory.live();
    try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
      Future<Double> held =
          clock.schedule(memory::live, (long) (OPEN_SECONDS * 1_000), TimeUnit.MILLISECONDS);
      rig.streams(rig.server(), STREAMS, OPEN_SECONDS / 2, OPEN_SECONDS + 3);
      report.add(EACH, Rig.PROXY, (held.get() - before) * 1024 / STREAMS);
    }
    report.add(MEMORY, Rig.PROXY, memory.resident());
  }

  private void through(Rig rig, JsonObject without) {
    CpuClock.Reading reading = rig.cpu().read();
    JsonObject answer =
        add(rig.server(), rig.streams(rig.server(), STREAMS, OPEN_SECONDS, seconds()));
    double used = rig.cpu().since(reading).seconds().getOrDefault(Rig.PROXY, 0.0);
    report.add(CPU, Rig.PROXY, used / answer.getInteger("pieces") * 1e6);
    report.add(ADDED_P99, Rig.PROXY, answer.getDouble("firstP99") - without.getDouble("firstP99"));
  }

  private JsonObject add(Server server, JsonObject answer) {
    if (answer.getInteger("streams") < STREAMS) {
      throw new IllegalStateException(
          server.name() + " held " + answer.getInteger("streams") + " streams of " + STREAMS);
    }
    report.add(FIRST_P50, server.name(), answer.getDouble("firstP50"));
    report.add(FIRST_P99, server.name(), answer.getDouble("firstP99"));
    report.add(WAY_P50, server.name(), answer.getDouble("wayP50"));
    report.add(WAY_P99, server.name(), answer.getDouble("wayP99"));
    return answer;
  }
}
