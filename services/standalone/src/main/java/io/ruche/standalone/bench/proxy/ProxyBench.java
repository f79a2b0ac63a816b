package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.LocalKey;
import io.ruche.standalone.bench.Machine;
import io.ruche.standalone.bench.Options;
import io.ruche.standalone.bench.Report;
import io.ruche.standalone.bench.process.CpuClock;
import io.ruche.standalone.bench.process.Endings;
import io.ruche.standalone.bench.process.FreePort;
import io.ruche.standalone.bench.process.Part;
import io.ruche.standalone.bench.process.Scratch;
import io.ruche.standalone.machine.ChildProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code ./ruche bench ai-proxy}: requests a second through ai-proxy, as {@code ./ruche up} runs it
 * and with a key, beside nginx with one worker in front of the same upstream, in turns.
 */
public final class ProxyBench {

  private static final int CONNECTIONS = 32;
  private static final String PROXY = "ai-proxy";
  private static final String NGINX = "nginx";
  private static final String DIRECT = "no proxy";
  private static final String RATE = "requests a second";
  private static final String RATIO = "  ai-proxy / nginx, of each pair";
  private static final String P50 = "  p50";
  private static final String P99 = "  p99";
  private static final String CPU = "  CPU of the proxy per request";
  private static final String CPU_UPSTREAM = "  CPU of the provider per request";
  private static final String CPU_LOAD = "  CPU of the load per request";
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration SLACK = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 100;

  private final Options options;
  private final Consumer<String> progress;
  private final Report report = new Report(PROXY, List.of(PROXY, NGINX, DIRECT));
  private final Endings endings = new Endings();
  private final CpuClock cpu = new CpuClock();
  private final List<Target> targets = new ArrayList<>();

  /** Something that answers requests. */
  private record Target(String name, int port) {}

  /**
   * @param progress hears what is being done
   */
  public ProxyBench(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
    report.row(RATE, "/s", "");
    report.row(RATIO, "x", "as near to 1 as it gets");
    report.row(P50, "ms", "");
    report.row(P99, "ms", "");
    report.row(CPU, "us", "");
    report.row(CPU_UPSTREAM, "us", "");
    report.row(CPU_LOAD, "us", "");
  }

  /** Measures all pairs; about two minutes, or with {@code --quick} half a minute. */
  public Report run() throws Exception {
    try (Endings all = endings) {
      Scratch scratch = Scratch.in(options.data(), progress);
      all.add(scratch::delete);
      report.note(Machine.describe(scratch.folder()));
      report.note(
          "%d connections, a body of %d bytes, an answer of %d; ai-proxy checks keys, holds limits and a budget, and keeps a ledger; nginx does none of it; medians of %d pairs"
              .formatted(
                  CONNECTIONS, Provider.QUESTION.length(), Provider.ANSWER.length(), rounds()));
      measure(scratch.folder());
    }
    return report;
  }

  private int rounds() {
    return options.quick() ? options.runs() + 1 : options.runs() + 2;
  }

  private void measure(Path folder) throws Exception {
    Optional<Path> nginx = Nginx.installed();
    int provider = startProvider(folder, nginx);
    targets.add(new Target(DIRECT, provider));
    if (nginx.isPresent()) {
      Nginx proxy = Nginx.proxy(folder, provider);
      proxy.start(nginx.get());
      endings.add(proxy::stop);
      cpu.watch(NGINX, () -> handle(proxy.process()));
      targets.add(new Target(NGINX, proxy.port()));
    } else {
      report.note("nginx is not installed: no ratio (Debian: apt install nginx-light)");
    }
    progress.accept("starting ruche up with its stores");
    Keyed up = startUp(folder, provider);
    String key = up.key;
    Part load = Part.start("load", folder, "256m", RequestsMain.class);
    endings.add(load::close);
    cpu.watch("load", load::handle);
    awaitAnswer(load, up);
    for (Target target : targets) {
      progress.accept("warming up " + target.name);
      load(load, target, key, target.name.equals(PROXY) ? 4 * seconds() : 1);
    }
    CpuClock.Reading began = cpu.read();
    for (int round = 1; round <= rounds(); round++) {
      progress.accept("pair %d of %d".formatted(round, rounds()));
      round(load, key, round);
    }
    report.note(
        String.format(
            Locale.ROOT,
            "meanwhile other processes kept %.1f of %d processors busy",
            cpu.since(began).coresOfOthers().orElse(0),
            Runtime.getRuntime().availableProcessors()));
  }

  private double seconds() {
    return options.quick() ? 3 : 6;
  }

  /** Each pair in the other order than the one before, so that none always runs first. */
  private void round(Part load, String key, int round) {
    double ofProxy = 0;
    double ofNginx = 0;
    for (Target target : round % 2 == 0 ? targets.reversed() : targets) {
      CpuClock.Reading before = cpu.read();
      JsonObject answer = load(load, target, key, seconds());
      Map<String, Double> used = cpu.since(before).seconds();
      double answers = answer.getDouble("answers");
      double rate = answer.getDouble("rate");
      ofProxy = target.name.equals(PROXY) ? rate : ofProxy;
      ofNginx = target.name.equals(NGINX) ? rate : ofNginx;
      report.add(RATE, target.name, rate);
      report.add(P50, target.name, answer.getDouble("p50"));
      report.add(P99, target.name, answer.getDouble("p99"));
      if (!target.name.equals(DIRECT)) {
        report.add(CPU, target.name, used.getOrDefault(target.name, 0.0) / answers * 1e6);
      }
      report.add(CPU_UPSTREAM, target.name, used.getOrDefault("provider", 0.0) / answers * 1e6);
      report.add(CPU_LOAD, target.name, used.getOrDefault("load", 0.0) / answers * 1e6);
    }
    if (ofNginx > 0) {
      report.add(RATIO, PROXY, ofProxy / ofNginx);
    }
  }

  private JsonObject load(Part load, Target target, String key, double seconds) {
    return load.ask(
        Duration.ofMillis((long) (seconds * 1000)).plus(SLACK),
        RequestsMain.load(target.port, key, CONNECTIONS, seconds));
  }

  private int startProvider(Path folder, Optional<Path> nginx) throws IOException {
    if (nginx.isPresent()) {
      Nginx provider = Nginx.provider(folder);
      provider.start(nginx.get());
      endings.add(provider::stop);
      cpu.watch("provider", () -> handle(provider.process()));
      return provider.port();
    }
    int port = FreePort.find();
    Part provider =
        Part.start("provider", folder, "256m", UpstreamMain.class, Integer.toString(port));
    endings.add(provider::close);
    cpu.watch("provider", provider::handle);
    return port;
  }

  /** Starts it on free ports with data of its own; returns the key that was made for it. */
  private Keyed startUp(Path folder, int provider) throws Exception {
    Path configs = Files.createDirectories(folder.resolve("configs"));
    int port = FreePort.find();
    Files.writeString(
        configs.resolve("ai-proxy.yaml"),
        """
        port: %d
        management-port: %d
        prices:
          groq:
            llama-3.3-70b-versatile: [{input: 0.59, output: 0.79}]
        limits:
          tenants:
            local: {concurrent: 1000, rpd: 1000000000, tpd: 1000000000000, usd-per-month: 1000000}
        """
            .formatted(port, FreePort.find()));
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("RUCHE_CONFIG", configs.toString());
    variables.put("GROQ_BASE_URL", "http://127.0.0.1:" + provider + "/v1");
    variables.put("GROQ_API_KEY", "bench");
    for (String store : List.of("MQTT", "REDIS", "HOT_REDIS", "POSTGRES", "S3")) {
      variables.put("RUCHE_" + store + "_PORT", Integer.toString(FreePort.find()));
    }
    Path data = folder.resolve("data");
    Part up =
        Part.start(
            PROXY,
            folder,
            "1g",
            variables,
            UpMain.class,
            "up",
            "--only",
            PROXY,
            "--data",
            data.toString());
    endings.add(up::close);
    cpu.watch(PROXY, up::handle);
    Target itself = new Target(PROXY, port);
    targets.add(itself);
    long bound = System.nanoTime() + READY.toNanos();
    while (LocalKey.read(data).isEmpty() || !FreePort.answers(port)) {
      if (!up.handle().isAlive() || System.nanoTime() > bound) {
        throw new IllegalStateException("ruche up did not get ready; see " + folder);
      }
      Thread.sleep(POLL_MILLIS);
    }
    return new Keyed(itself, LocalKey.read(data).orElseThrow());
  }

  /** A target that wants a key. */
  private record Keyed(Target target, String key) {}

  /** The key is in the folder a moment before all processes know it. */
  private void awaitAnswer(Part load, Keyed up) throws InterruptedException {
    Thread.sleep(Duration.ofSeconds(1));
    load(load, up.target, up.key, 0.2);
  }

  private static ProcessHandle handle(ChildProcess process) {
    return ProcessHandle.of(process.pid().orElseThrow()).orElseThrow();
  }
}
