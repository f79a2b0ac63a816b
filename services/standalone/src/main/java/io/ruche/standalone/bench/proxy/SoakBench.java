package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.bench.Machine;
import io.ruche.standalone.bench.Options;
import io.ruche.standalone.bench.Report;
import io.ruche.standalone.bench.process.Endings;
import io.ruche.standalone.bench.process.FreePort;
import io.ruche.standalone.bench.process.Memory;
import io.ruche.standalone.bench.process.Part;
import io.ruche.standalone.bench.process.Scratch;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * {@code ./ruche bench soak}: requests and streams for 20 minutes; memory is to be flat in the
 * second half of it.
 */
public final class SoakBench {

  private static final int RATE = 1_000;
  private static final int CONNECTIONS = 32;
  private static final int STREAMS = 200;
  private static final double TURN_SECONDS = 20;
  private static final double WARM_SECONDS = 20;
  private static final int TURNS = 60;
  private static final int QUICK_TURNS = 6;
  private static final Duration SLACK = Duration.ofMinutes(1);
  private static final String RESIDENT = "resident memory";
  private static final String LIVE = "  in use";
  private static final String SLOPE = "  growth an hour, second half";
  private static final String P99 = "requests, p99";
  private static final String WAY_P99 = "a piece's way, p99";

  private final Options options;
  private final Consumer<String> progress;
  private final Report report = new Report("soak", List.of(Rig.PROXY));

  /**
   * @param progress hears what is being done
   */
  public SoakBench(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
    report.row(RESIDENT, "MiB", "<= 512");
    report.row(LIVE, "MiB", "");
    report.row(SLOPE, "MiB", "flat");
    report.row(P99, "ms", "");
    report.row(WAY_P99, "ms", "");
  }

  /** Twenty minutes, or with {@code --quick} two. */
  public Report run() throws Exception {
    try (Endings endings = new Endings()) {
      Scratch scratch = Scratch.in(options.data(), progress);
      endings.add(scratch::delete);
      report.note(Machine.describe(scratch.folder()));
      report.note(
          "%d requests a second and %d streams of two pieces a second, each stream for %.0f s; %.0f minutes"
              .formatted(RATE, STREAMS, TURN_SECONDS, turns() * TURN_SECONDS / 60));
      soak(scratch.folder(), endings);
    }
    return report;
  }

  private int turns() {
    return options.quick() ? QUICK_TURNS : TURNS;
  }

  private void soak(Path folder, Endings endings) throws Exception {
    int port = FreePort.find();
    Part provider =
        Part.start("provider", folder, "256m", UpstreamMain.class, Integer.toString(port));
    endings.add(provider::close);
    Rig rig = new Rig(folder, port, endings, progress);
    Part streams = Part.start("streams", folder, "256m", LoadMain.class);
    endings.add(streams::close);
    progress.accept("warming up");
    rig.closed(rig.server(), 0, CONNECTIONS, WARM_SECONDS);
    Memory memory = new Memory(rig.proxy());
    List<Double> live = new ArrayList<>();
    for (int turn = 1; turn <= turns(); turn++) {
      streams.tell(
          "streams",
          rig.server().port(),
          rig.server().word(),
          STREAMS,
          TURN_SECONDS / 2,
          TURN_SECONDS);
      JsonObject requests = rig.paced(rig.server(), CONNECTIONS, TURN_SECONDS, RATE);
      JsonObject held = streams.answer(SLACK);
      add(memory, live, requests, held);
      progress.accept(
          String.format(Locale.ROOT, "%d of %d: %.1f MiB in use", turn, turns(), live.getLast()));
    }
    report.add(SLOPE, Rig.PROXY, slopeAnHour(live.subList(live.size() / 2, live.size())));
  }

  private void add(Memory memory, List<Double> live, JsonObject requests, JsonObject held)
      throws IOException {
    if (requests.getInteger("missing") > 0 || held.getInteger("streams") < STREAMS) {
      throw new IllegalStateException("lost answers: " + requests + ", " + held);
    }
    report.add(RESIDENT, Rig.PROXY, memory.resident());
    live.add(memory.live());
    report.add(LIVE, Rig.PROXY, live.getLast());
    report.add(P99, Rig.PROXY, requests.getDouble("p99"));
    report.add(WAY_P99, Rig.PROXY, held.getDouble("wayP99"));
  }

  /** The slope of the line that fits best. */
  static double slopeAnHour(List<Double> values) {
    double n = values.size();
    double sumX = 0;
    double sumY = 0;
    double sumXy = 0;
    double sumXx = 0;
    for (int i = 0; i < n; i++) {
      sumX += i;
      sumY += values.get(i);
      sumXy += i * values.get(i);
      sumXx += (double) i * i;
    }
    return (n * sumXy - sumX * sumY) / (n * sumXx - sumX * sumX) * 3_600 / TURN_SECONDS;
  }
}
