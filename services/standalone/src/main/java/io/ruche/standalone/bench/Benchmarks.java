package io.ruche.standalone.bench;

import io.ruche.standalone.bench.bus.BusBench;
import io.ruche.standalone.bench.proxy.ProxyBench;
import io.ruche.standalone.machine.StartFailure;
import java.util.List;

/** {@code ./ruche bench NAME [options]}: the table on standard output, the progress beside it. */
public final class Benchmarks {

  private static final String USAGE =
      """
      usage: ./ruche bench NAME [options]
        bus        publish to handled and to receipt, backlog and replay, beside broker and Redis alone
        ai-proxy   requests a second with 32 connections, beside nginx in front of the same upstream

        --quick          about two minutes instead of ten, with one run; for a first look
        --runs N         runs whose medians are shown (1 to 50)
        --broker NAME    bus: only mosquitto or embedded
        --backlog N      bus: commands of the backlog (1000 to 5000000; 0 = leave it out)
        --data DIR       where the stores write meanwhile (default data/bench); on the disk to be measured
        --json           one JSON object instead of the table\
      """;

  private Benchmarks() {}

  /** For a start without the command line around it. */
  public static void main(String[] args) {
    List<String> words = List.of(args);
    System.exit(
        words.isEmpty() ? usage("no name") : run(words.getFirst(), words.subList(1, words.size())));
  }

  /**
   * Runs one benchmark.
   *
   * @return the exit code: 0, 1 when it failed, 2 when it was asked for wrongly
   */
  public static int run(String name, List<String> args) {
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException wrong) {
      return usage(String.valueOf(wrong.getMessage()));
    }
    try {
      Report report =
          switch (name) {
            case "bus" -> new BusBench(options, System.err::println).run();
            case "ai-proxy" -> new ProxyBench(options, System.err::println).run();
            default -> null;
          };
      if (report == null) {
        return usage("no benchmark is called '" + name + "'");
      }
      System.out.println(options.json() ? report.toJson().encodePrettily() : report.toText());
      return 0;
    } catch (StartFailure failure) {
      failure.problems().forEach(System.err::println);
    } catch (Exception failure) {
      System.err.println("The benchmark stopped: " + failure.getMessage());
    }
    return 1;
  }

  private static int usage(String problem) {
    System.err.println(problem);
    System.err.println(USAGE);
    return 2;
  }
}
