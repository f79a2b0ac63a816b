package io.ruche.standalone.cli;

import io.ruche.standalone.bench.Options;
import io.ruche.standalone.bench.Report;
import io.ruche.standalone.bench.bus.BusBench;
import io.ruche.standalone.bench.embed.EmbedBench;
import io.ruche.standalone.bench.embed.IndexBench;
import io.ruche.standalone.bench.proxy.CommandsBench;
import io.ruche.standalone.bench.proxy.ProxyBench;
import io.ruche.standalone.bench.proxy.SoakBench;
import io.ruche.standalone.bench.proxy.StreamsBench;
import java.nio.file.Path;
import java.util.List;
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
      "  ai-proxy   requests a second and latencies, beside nginx in front of the same upstream",
      "  streams    2,000 streams at once: the way of each piece, and memory",
      "  soak       20 minutes of requests and streams: whether memory stays flat",
      "  embed      the embedding engine beside ONNX Runtime alone and padded batches",
      "  search     100,000 chunks: recall and latencies, also after churn and while others write"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the options
public final class BenchCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "bus, ai-proxy, commands, streams, soak, embed or search.")
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
      names = "--peer",
      paramLabel = "NAME=PORT[,HEADER: VALUE;...]",
      description = {
        "ai-proxy: another gateway that runs here, measured beside it; repeatable.",
        "Its upstream is http://127.0.0.1:PROVIDER_PORT/v1."
      })
  private List<String> peers = List.of();

  @Option(
      names = "--provider-port",
      defaultValue = "0",
      description = "ai-proxy: where the simulated provider listens (a free port).")
  private int providerPort;

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
            peers.stream().map(Options.Peer::parse).toList(),
            providerPort,
            data);
    Report report =
        switch (name) {
          case "bus" -> new BusBench(options, System.err::println).run();
          case "ai-proxy" -> new ProxyBench(options, System.err::println).run();
          case "commands" -> new CommandsBench(options, System.err::println).run();
          case "streams" -> new StreamsBench(options, System.err::println).run();
          case "embed" -> new EmbedBench(options, System.err::println).run();
          case "search" -> new IndexBench(options, System.err::println).run();
          case "soak" -> new SoakBench(options, System.err::println).run();
          default ->
              throw CliFailure.usage(
                  "No benchmark is called '%s'; there are bus, ai-proxy, commands, streams, soak, embed and search."
                      .formatted(name));
        };
    System.out.println(json ? report.toJson().encodePrettily() : report.toText());
    return 0;
  }
}
