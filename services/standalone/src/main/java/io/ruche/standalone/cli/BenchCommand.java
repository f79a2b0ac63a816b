package io.ruche.standalone.cli;

import io.ruche.standalone.bench.Benchmarks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** {@code ruche bench NAME}. */
@Command(
    name = "bench",
    description =
        "Side-by-side figures, as medians and ratios: ruche bench bus, ruche bench ai-proxy.")
@SuppressWarnings("NullAway.Init") // picocli sets the options
public final class BenchCommand implements Callable<Integer> {

  @Parameters(index = "0", description = "bus or ai-proxy.")
  private String name;

  @Unmatched private List<String> options = new ArrayList<>();

  @Override
  public Integer call() {
    return Benchmarks.run(name, options);
  }
}
