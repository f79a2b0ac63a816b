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
import io.ruche.standalone.machine.ChildProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code ./ruche bench ai-proxy}: ai-proxy with keys, limits, a budget, ledger and metrics, beside
 * nginx with one worker and beside other gateways that already run, in front of the same upstream,
 * in turns.
 */
public final class ProxyBench {

  private static final int CONNECTIONS = 32;
  private static final int PACED_CONNECTIONS = 64;
  private static final int PACE = 5_000;

  /** The JVM compiles its hottest code for so long, and a proxy runs for months. */
  private static final double WARM_SECONDS = 60;

  private static final String NGINX = "nginx";
  private static final String DIRECT = "no proxy";
  private static final String RATE = "requests a second";
  private static final String RATIO = "ratio to nginx";
  private static final String P50 = "p50";
  private static final String P99 = "p99";
  private static final String CPU = "CPU of the proxy a request";
  private static final String ADDED_P50 = "added p50";
  private static final String ADDED_P99 = "added p99";
  private static final String MEMORY = "resident memory of ai-proxy in the end";

  /** What is asked as fast as the answers come. */
  private enum Closed {
    SMALL("small JSON", 0, false),
    PINNED("small, one core", 0, true),
    ONE("1 KB", 1 << 10, false),
    TEN("10 KB", 10 << 10, false),
    LARGE("400 KB", 400 << 10, false);

    private final String title;
    private final int bytes;
    private final boolean pinned;

    Closed(String title, int bytes, boolean pinned) {
      this.title = title;
      this.bytes = bytes;
      this.pinned = pinned;
    }

    String row(String metric) {
      return title + ": " + metric;
    }
  }

  private final Options options;
  private final Consumer<String> progress;
  private final Report report;
  private final Endings endings = new Endings();
  private final List<Server> servers = new ArrayList<>();
  private final Map<String, ProcessHandle> processes = new HashMap<>();

  /**
   * @param progress hears what is being done
   */
  public ProxyBench(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
    List<String> columns = new ArrayList<>(List.of(Rig.PROXY, NGINX, DIRECT));
    options.peers().forEach(peer -> columns.add(peer.name()));
    report = new Report(Rig.PROXY, columns);
    for (Closed closed : Closed.values()) {
      report.row(closed.row(RATE), "/s", "");
      report.row(closed.row(RATIO), "x", closed == Closed.SMALL ? ">= 0.5" : "");
      report.row(closed.row(P50), "ms", "");
      report.row(closed.row(P99), "ms", "");
      report.row(closed.row(CPU), "us", "");
    }
    report.row(paced(P50), "ms", "");
    report.row(paced(P99), "ms", "");
    report.row(paced(ADDED_P50), "ms", "<= 0.3");
    report.row(paced(ADDED_P99), "ms", "<= 2");
    report.row(MEMORY, "MiB", "<= 512");
  }

  private static String paced(String metric) {
    return PACE + "/s, open loop: " + metric;
  }

  /** Measures all pairs; about eight minutes, or with {@code --quick} one and a half. */
  public Report run() throws Exception {
    try (Endings all = endings) {
      Scratch scratch = Scratch.in(options.data(), progress);
      all.add(scratch::delete);
      report.note(Machine.describe(scratch.folder()));
      report.note(
          "%d connections; an answer of %d bytes; ai-proxy checks keys, holds limits and a budget, and keeps a ledger; medians of %d pairs"
              .formatted(CONNECTIONS, Provider.ANSWER.length(), rounds()));
      measure(scratch.folder());
    }
    return report;
  }

  private int rounds() {
    return options.quick() ? options.runs() : options.runs() + 2;
  }

  private double seconds() {
    return options.quick() ? 2 : 5;
  }

  private void measure(Path folder) throws Exception {
    int provider = startProvider(folder);
    Rig rig = new Rig(folder, provider, endings, progress);
    servers.add(Server.open(DIRECT, provider));
    processes.put(Rig.PROXY, rig.proxy());
    startNginx(folder, provider, rig);
    servers.add(rig.server());
    options
        .peers()
        .forEach(peer -> servers.add(new Server(peer.name(), peer.port(), peer.headers())));
    for (Server server : servers) {
      progress.accept("warming up " + server.name());
      rig.closed(server, 0, CONNECTIONS, server.name().equals(Rig.PROXY) ? WARM_SECONDS : 1);
    }
    CpuClock.Reading began = rig.cpu().read();
    for (int round = 1; round <= rounds(); round++) {
      for (Closed closed : Closed.values()) {
        progress.accept("pair %d of %d: %s".formatted(round, rounds(), closed.title));
        round(rig, closed, round);
      }
      progress.accept("pair %d of %d: %d/s".formatted(round, rounds(), PACE));
      paced(rig, round);
    }
    report.add(MEMORY, Rig.PROXY, new Memory(rig.proxy()).resident());
    report.note(Machine.others(rig.cpu().since(began).coresOfOthers().orElse(0)));
  }

  /** Each pair in the other order than the one before, so that none always runs first. */
  private List<Server> order(int round) {
    return round % 2 == 0 ? servers.reversed() : servers;
  }

  private void round(Rig rig, Closed closed, int round) throws Exception {
    if (closed.pinned && !pin(rig, true)) {
      return;
    }
    Map<String, Double> rates = new HashMap<>();
    for (Server server : order(round)) {
      CpuClock.Reading before = rig.cpu().read();
      JsonObject answer = rig.closed(server, closed.bytes, CONNECTIONS, seconds());
      Double used = rig.cpu().since(before).seconds().get(server.name());
      rates.put(server.name(), answer.getDouble("rate"));
      report.add(closed.row(RATE), server.name(), answer.getDouble("rate"));
      report.add(closed.row(P50), server.name(), answer.getDouble("p50"));
      report.add(closed.row(P99), server.name(), answer.getDouble("p99"));
      if (used != null) {
        report.add(closed.row(CPU), server.name(), used / answer.getDouble("answers") * 1e6);
      }
    }
    Double ofNginx = rates.get(NGINX);
    if (ofNginx != null) {
      report.add(closed.row(RATIO), Rig.PROXY, rates.getOrDefault(Rig.PROXY, 0.0) / ofNginx);
    }
    if (closed.pinned) {
      pin(rig, false);
    }
  }

  /** The proxies on one processor and everything else of the benchmark on another. */
  private boolean pin(Rig rig, boolean apart) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    if (cores < 2) {
      return false;
    }
    String all = "0-" + (cores - 1);
    boolean done = true;
    for (Map.Entry<String, ProcessHandle> process : processes.entrySet()) {
      boolean proxies = process.getKey().equals(Rig.PROXY) || process.getKey().equals(NGINX);
      done &= Rig.pin(process.getValue(), apart ? (proxies ? "0" : "1") : all);
    }
    return Rig.pin(rig.load(), apart ? "1" : all) && done;
  }

  private void paced(Rig rig, int round) {
    Map<String, JsonObject> answers = new LinkedHashMap<>();
    for (Server server : order(round)) {
      JsonObject answer = rig.paced(server, PACED_CONNECTIONS, seconds(), PACE);
      if (answer.getInteger("missing") > 0) {
        report.note(
            "%s left %d of %d requests unanswered at %d/s"
                .formatted(
                    server.name(), answer.getInteger("missing"), answer.getInteger("sent"), PACE));
        continue;
      }
      answers.put(server.name(), answer);
      report.add(paced(P50), server.name(), answer.getDouble("p50"));
      report.add(paced(P99), server.name(), answer.getDouble("p99"));
    }
    JsonObject direct = answers.remove(DIRECT);
    if (direct != null) {
      answers.forEach(
          (name, answer) -> {
            report.add(paced(ADDED_P50), name, added("p50", answer, direct));
            report.add(paced(ADDED_P99), name, added("p99", answer, direct));
          });
    }
  }

  private static double added(String percentile, JsonObject answer, JsonObject direct) {
    return answer.getDouble(percentile) - direct.getDouble(percentile);
  }

  private void startNginx(Path folder, int provider, Rig rig) throws Exception {
    Optional<Path> nginx = Nginx.installed();
    if (nginx.isEmpty()) {
      report.note("nginx is not installed: no ratio (Debian: apt install nginx-light)");
      return;
    }
    Nginx proxy = Nginx.proxy(folder, provider);
    proxy.start(nginx.get());
    endings.add(proxy::stop);
    rig.cpu().watch(NGINX, () -> handle(proxy.process()));
    processes.put(NGINX, handle(proxy.process()));
    servers.add(Server.open(NGINX, proxy.port()));
  }

  private int startProvider(Path folder) throws Exception {
    int port = options.providerPort() == 0 ? FreePort.find() : options.providerPort();
    Optional<Path> nginx = Nginx.installed();
    if (nginx.isPresent()) {
      Nginx provider = Nginx.provider(folder, port);
      provider.start(nginx.get());
      endings.add(provider::stop);
      processes.put("provider", handle(provider.process()));
    } else {
      Part provider =
          Part.start("provider", folder, "256m", UpstreamMain.class, Integer.toString(port));
      endings.add(provider::close);
      processes.put("provider", provider.handle());
    }
    return port;
  }

  private static ProcessHandle handle(ChildProcess process) {
    return ProcessHandle.of(process.pid().orElseThrow()).orElseThrow();
  }
}
