package io.ruche.standalone.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a benchmark is to be run.
 *
 * @param quick shorter measurements and a smaller backlog
 * @param runs how often each is measured; the median is shown
 * @param broker only this one, or null for all that are there
 * @param backlog commands of the backlog; 0 leaves it out
 * @param data where the stores write meanwhile
 */
public record Options(
    boolean quick, boolean json, int runs, @Nullable String broker, int backlog, Path data) {

  private static final int MOST_RUNS = 50;
  private static final int SMALLEST_BACKLOG = 1_000;
  private static final int LARGEST_BACKLOG = 5_000_000;
  private static final Set<String> BROKERS = Set.of("mosquitto", "embedded");

  /**
   * Reads the words after the benchmark's name.
   *
   * @throws IllegalArgumentException saying which word is wrong and what would be right
   */
  static Options parse(List<String> args) {
    boolean quick = args.contains("--quick");
    boolean json = false;
    int runs = quick ? 1 : 3;
    String broker = null;
    int backlog = quick ? 100_000 : 1_000_000;
    Path data = Path.of("data", "bench");
    for (int i = 0; i < args.size(); i++) {
      String option = args.get(i);
      switch (option) {
        case "--quick" -> {}
        case "--json" -> json = true;
        case "--runs" -> runs = number(args, ++i, 1, MOST_RUNS);
        case "--broker" -> {
          broker = value(args, ++i);
          if (!BROKERS.contains(broker)) {
            throw new IllegalArgumentException("--broker is mosquitto or embedded, not " + broker);
          }
        }
        case "--backlog" -> {
          backlog = number(args, ++i, 0, LARGEST_BACKLOG);
          if (backlog > 0 && backlog < SMALLEST_BACKLOG) {
            throw new IllegalArgumentException("--backlog is 0 or at least " + SMALLEST_BACKLOG);
          }
        }
        case "--data" -> data = Path.of(value(args, ++i));
        default -> throw new IllegalArgumentException("no option is called '" + option + "'");
      }
    }
    return new Options(quick, json, runs, broker, backlog, data);
  }

  private static String value(List<String> args, int at) {
    if (at >= args.size()) {
      throw new IllegalArgumentException(args.get(at - 1) + " needs a value");
    }
    return args.get(at);
  }

  private static int number(List<String> args, int at, int least, int most) {
    String text = value(args, at);
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, with what would be right.
    }
    throw new IllegalArgumentException(
        "%s is a number from %d to %d, not '%s'".formatted(args.get(at - 1), least, most, text));
  }
}
