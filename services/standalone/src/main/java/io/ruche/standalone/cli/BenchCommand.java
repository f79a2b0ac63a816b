package io.ruche.standalone.cli;

import io.ruche.standalone.bench.Options;
import io.ruche.standalone.bench.Report;
import io.ruche.standalone.bench.bus.BusBench;
import io.ruche.standalone.bench.proxy.ProxyBench;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ruche bench NAME}: the table on standard output, the progress beside it. */
@Command(
    name = "bench",
    description = {
      "Side-by-side figures, as medians and ratios:",
      "  bus        publish to handled and to receipt, backlog and replay, beside broker and Redis alone",
      "  ai-proxy   requests a second with 32 connections, beside nginx in front of the same upstream"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the options
public final class BenchCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "NAME", description = "bus or ai-proxy.")
  private String name;

  @Option(names = "--quick", description = "About two minutes instead of ten, for a first look.")
  private boolean quick;

  @Option(names = "--runs", description = "Runs whose medians are shown (3; 1 when quick).")
  private @Nullable Integer runs;

  @Option(names = "--broker", description = "bus: only mosquitto or embedded.")
  private @Nullable String broker;

  @Option(
      names = "--backlog",
      description = "bus: commands of the backlog (1000000; 100000 when quick; 0 = leave it out).")
  private @Nullable Integer backlog;

  @Option(
      names = "--data",
      defaultValue = "data/bench",
      description = "Where the stores write meanwhile (${DEFAULT-VALUE}); the disk to be measured.")
  private Path data;

  @Option(names = "--json", description = "One JSON object instead of the table.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Options options =
        new Options(
            quick,
            runs == null ? (quick ? 1 : 3) : runs,
            broker,
            backlog == null ? (quick ? 100_000 : 1_000_000) : backlog,
            data);
    Report report =
        switch (name) {
          case "bus" -> new BusBench(options, System.err::println).run();
          case "ai-proxy" -> new ProxyBench(options, System.err::println).run();
          default ->
              throw CliFailure.usage(
                  "No benchmark is called '%s'; there are bus and ai-proxy.".formatted(name));
        };
    System.out.println(json ? report.toJson().encodePrettily() : report.toText());
    return 0;
  }
}
