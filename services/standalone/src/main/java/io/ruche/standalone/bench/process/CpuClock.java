package io.ruche.standalone.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How much processor time the processes of a benchmark use, and how much all others take meanwhile:
 * on a shared machine the figures mean little without it.
 */
public final class CpuClock {

  private static final double TICKS_PER_SECOND = 100;
  private static final int IDLE = 4;
  private static final int IO_WAIT = 5;
  private static final int LAST_OWN_FIELD = 8;

  private final Map<String, Supplier<ProcessHandle>> processes = new LinkedHashMap<>();

  /** The state of the clocks at one moment. */
  public record Reading(Map<String, Duration> used, OptionalDouble machineSeconds, long nanos) {}

  /** Between two readings: seconds by process, and cores that others kept busy. */
  public record Use(Map<String, Double> seconds, OptionalDouble coresOfOthers) {}

  /** Adds a process, which counts with its children. */
  public void watch(String name, Supplier<ProcessHandle> process) {
    processes.put(name, process);
  }

  /** Watches there, too, all that is watched here. */
  public void copyInto(CpuClock other, String prefix) {
    processes.forEach((name, process) -> other.watch(prefix + name, process));
  }

  /** Reads all clocks now. */
  public Reading read() {
    Map<String, Duration> used = new LinkedHashMap<>();
    processes.forEach((name, process) -> used.put(name, of(process.get())));
    return new Reading(used, machineSeconds(), System.nanoTime());
  }

  /** What was used since {@code before}. */
  public Use since(Reading before) {
    Reading now = read();
    Map<String, Double> seconds = new LinkedHashMap<>();
    now.used.forEach(
        (name, used) ->
            seconds.put(
                name, used.minus(before.used.getOrDefault(name, Duration.ZERO)).toNanos() / 1e9));
    OptionalDouble others = OptionalDouble.empty();
    if (now.machineSeconds.isPresent() && before.machineSeconds.isPresent()) {
      double own = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
      double all = now.machineSeconds.getAsDouble() - before.machineSeconds.getAsDouble();
      others = OptionalDouble.of(Math.max(0, (all - own) / ((now.nanos - before.nanos) / 1e9)));
    }
    return new Use(seconds, others);
  }

  private static Duration of(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
        .map(one -> one.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Seconds that all processors were busy since the machine started; Linux only. */
  private static OptionalDouble machineSeconds() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
      List<String> words = List.of(lines.findFirst().orElse("").split("\\s+"));
      double ticks = 0;
      for (int i = 1; i <= LAST_OWN_FIELD && i < words.size(); i++) {
        ticks += i == IDLE || i == IO_WAIT ? 0 : Long.parseLong(words.get(i));
      }
      return OptionalDouble.of(ticks / TICKS_PER_SECOND);
    } catch (IOException | NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
