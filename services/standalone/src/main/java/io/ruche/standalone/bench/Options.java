package io.ruche.standalone.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a benchmark is to be run.
 *
 * @param quick shorter measurements
 * @param runs how often each is measured, 1 to 50; the median is shown
 * @param broker only this one, mosquitto or embedded; null for all that are there
 * @param backlog commands of the backlog, 1,000 to 5,000,000; 0 leaves it out
 * @param peers other gateways that already run, to be measured beside ai-proxy
 * @param providerPort where the simulated provider is to listen, so that peers can be told before;
 *     0 for any
 * @param data where the stores write meanwhile
 */
public record Options(
    boolean quick,
    int runs,
    @Nullable String broker,
    int backlog,
    List<Peer> peers,
    int providerPort,
    Path data) {

  private static final int MOST_RUNS = 50;
  private static final int SMALLEST_BACKLOG = 1_000;
  private static final int LARGEST_BACKLOG = 5_000_000;

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException saying which option is wrong and what would be right
   */
  public Options {
    if (runs < 1 || runs > MOST_RUNS) {
      throw wrong("--runs is a number from 1 to %d, not %d".formatted(MOST_RUNS, runs));
    }
    if (broker != null && !broker.equals("mosquitto") && !broker.equals("embedded")) {
      throw wrong("--broker is mosquitto or embedded, not " + broker);
    }
    if (backlog != 0 && (backlog < SMALLEST_BACKLOG || backlog > LARGEST_BACKLOG)) {
      throw wrong(
          "--backlog is 0 or a number from %d to %d, not %d"
              .formatted(SMALLEST_BACKLOG, LARGEST_BACKLOG, backlog));
    }
  }

  /**
   * A gateway on this machine.
   *
   * @param headers that each request carries, such as {@code authorization: Bearer sk-1}
   */
  public record Peer(String name, int port, List<String> headers) {

    private static final Pattern SPELLING = Pattern.compile("([\\w-]+)=(\\d{1,5})(?:,(.+))?");

    /**
     * Reads {@code NAME=PORT} or {@code NAME=PORT,HEADER: VALUE;HEADER: VALUE}.
     *
     * @throws IllegalArgumentException that says what would be right
     */
    public static Peer parse(String text) {
      Matcher read = SPELLING.matcher(text);
      if (!read.matches()) {
        throw wrong("--peer is NAME=PORT or 'NAME=PORT,HEADER: VALUE;HEADER: VALUE', not " + text);
      }
      String headers = read.group(3);
      return new Peer(
          read.group(1),
          Integer.parseInt(read.group(2)),
          headers == null ? List.of() : List.of(headers.split(";")));
    }
  }

  private static IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(what);
  }
}
