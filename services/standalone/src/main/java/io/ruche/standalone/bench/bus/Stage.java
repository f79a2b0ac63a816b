package io.ruche.standalone.bench.bus;

import io.ruche.standalone.bench.process.Board;
import io.ruche.standalone.bench.process.Board.Counter;
import io.ruche.standalone.bench.process.CpuClock;
import io.ruche.standalone.bench.process.Endings;
import io.ruche.standalone.bench.process.FreePort;
import io.ruche.standalone.bench.process.Part;
import io.ruche.standalone.machine.ChildProcess;
import io.ruche.standalone.machine.DataFolder;
import io.ruche.standalone.stores.EmbeddedRedis;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** All processes that it takes to measure the bus with one broker, each with data of its own. */
final class Stage {

  /** In hand at once; the default of 16 suits handlers that take longer than an fsync. */
  static final int PREFETCH = 256;

  /** Published and not handled yet, in the closed loop. */
  static final int WINDOW = 3_000;

  static final int RATE = 1_000;

  private static final long REDIS_MEMORY = 6L << 30;
  private static final Duration CONNECT = Duration.ofSeconds(60);
  private static final Duration SLACK = Duration.ofSeconds(60);

  private final String name;
  private final Board board;
  private final CpuClock cpu = new CpuClock();
  private final EmbeddedRedis redis;
  private final Part service;
  private final Part load;
  private final Endings endings;

  /** What a measurement gave. */
  record Measured(JsonObject answer, long handled, double seconds, CpuClock.Use cpu) {

    double rate() {
      return handled / seconds;
    }
  }

  /**
   * Starts everything.
   *
   * @param name {@code mosquitto} or {@code embedded}
   * @param streamEntries room for the backlog
   * @param endings of the benchmark, which end this too
   */
  Stage(String name, Path parent, int streamEntries, Endings endings, Consumer<String> progress)
      throws IOException {
    this.name = name;
    this.endings = endings;
    progress.accept(name + ": starting Redis, broker, bus and load");
    DataFolder data = DataFolder.open(parent.resolve(name));
    endings.add(data::close);
    Path folder = data.root();
    Files.writeString(
        folder.resolve("backbone.yaml"), "bus:\n  stream-entries: " + streamEntries + "\n");
    board = Board.in(folder);
    redis = new EmbeddedRedis(data, EmbeddedRedis.Role.BUS, FreePort.find(), REDIS_MEMORY);
    redis.start();
    endings.add(redis::stop);
    String broker = name;
    if (name.equals("mosquitto")) {
      Mosquitto mosquitto = new Mosquitto(folder);
      mosquitto.start(Mosquitto.installed().orElseThrow());
      endings.add(mosquitto::stop);
      cpu.watch("broker", () -> handle(mosquitto.process()));
      broker = mosquitto.url().toString();
    }
    service = part("service", folder, "1g", ServiceMain.class, folder, Integer.toString(PREFETCH));
    String url = service.ask(CONNECT, "start", broker, redis.url()).getString("broker");
    load = part("load", folder, "512m", LoadMain.class, folder);
    load.ask(CONNECT, "connect", url);
    part("sink", folder, "256m", SinkMain.class, folder).ask(CONNECT, "connect", url);
    cpu.watch("redis", () -> handle(redis.process()));
  }

  private Part part(String name, Path folder, String heap, Class<?> main, Object... args)
      throws IOException {
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    Part part = Part.start(name, folder, heap, main, words);
    endings.add(part::close);
    cpu.watch(name, part::handle);
    return part;
  }

  private static ProcessHandle handle(ChildProcess process) {
    return ProcessHandle.of(process.pid().orElseThrow()).orElseThrow();
  }

  String name() {
    return name;
  }

  URI redis() {
    return redis.url();
  }

  Part service() {
    return service;
  }

  Part load() {
    return load;
  }

  CpuClock cpu() {
    return cpu;
  }

  long handled() {
    return board.get(Counter.HANDLED);
  }

  void stopLoad() {
    board.add(Counter.STOPS, 1);
  }

  /** Lets the load run and counts what was handled until the last. */
  Measured measure(String verb, double seconds, int number) {
    CpuClock.Reading before = cpu.read();
    long handledBefore = handled();
    load.tell(verb, seconds, number, Message.TENANT);
    JsonObject answer = load.answer(Duration.ofMillis((long) (seconds * 1000)).plus(SLACK));
    double took = (System.nanoTime() - before.nanos()) / 1e9;
    return new Measured(answer, handled() - handledBefore, took, cpu.since(before));
  }
}
