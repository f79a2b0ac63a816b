package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.bench.Machine;
import io.ruche.standalone.bench.Options;
import io.ruche.standalone.bench.Report;
import io.ruche.standalone.bench.process.CpuClock;
import io.ruche.standalone.bench.process.Endings;
import io.ruche.standalone.bench.process.FreePort;
import io.ruche.standalone.bench.process.Part;
import io.ruche.standalone.bench.process.Scratch;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * {@code ./ruche bench commands}: {@code POST /v1/commands/chat} as fast as the receipts come,
 * while the commands are worked off before a simulated provider.
 */
public final class CommandsBench {

  private static final int CONNECTIONS = 32;

  /** The JVM compiles its hottest code for so long, and a proxy runs for months. */
  private static final double WARM_SECONDS = 20;

  private static final String RATE = "receipts a second";
  private static final String P50 = "p50";
  private static final String P99 = "p99";
  private static final String CPU = "CPU of ai-proxy a command, its handling included";

  private final Options options;
  private final Consumer<String> progress;
  private final Report report = new Report("commands", List.of(Rig.PROXY));

  /**
   * @param progress hears what is being done
   */
  public CommandsBench(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
    report.row(RATE, "/s", ">= 1000");
    report.row(P50, "ms", "");
    report.row(P99, "ms", "");
    report.row(CPU, "us", "");
  }

  /** Measures all rounds; about a minute. */
  public Report run() throws Exception {
    try (Endings endings = new Endings()) {
      Scratch scratch = Scratch.in(options.data(), progress);
      endings.add(scratch::delete);
      report.note(Machine.describe(scratch.folder()));
      report.note(
          "%d connections, each of which posts again when it has its receipt; Redis with appendfsync always; the commands are worked off meanwhile"
              .formatted(CONNECTIONS));
      measure(scratch.folder(), endings);
    }
    return report;
  }

  private void measure(Path folder, Endings endings) throws Exception {
    int port = FreePort.find();
    Part provider =
        Part.start("provider", folder, "256m", UpstreamMain.class, Integer.toString(port));
    endings.add(provider::close);
    Rig rig = new Rig(folder, port, endings, progress);
    progress.accept("warming up");
    rig.commands(rig.server(), CONNECTIONS, options.quick() ? WARM_SECONDS / 2 : WARM_SECONDS);
    CpuClock.Reading began = rig.cpu().read();
    for (int round = 1; round <= options.runs(); round++) {
      progress.accept("round %d of %d".formatted(round, options.runs()));
      CpuClock.Reading reading = rig.cpu().read();
      JsonObject answer = rig.commands(rig.server(), CONNECTIONS, options.quick() ? 5 : 10);
      double used = rig.cpu().since(reading).seconds().getOrDefault(Rig.PROXY, 0.0);
      report.add(RATE, Rig.PROXY, answer.getDouble("rate"));
      report.add(P50, Rig.PROXY, answer.getDouble("p50"));
      report.add(P99, Rig.PROXY, answer.getDouble("p99"));
      report.add(CPU, Rig.PROXY, used / answer.getInteger("answers") * 1e6);
    }
    report.note(Machine.others(rig.cpu().since(began).coresOfOthers().orElse(0)));
  }
}
