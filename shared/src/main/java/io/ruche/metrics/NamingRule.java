package io.ruche.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses, with an exception, a metric whose name breaks the rule that the package states: a wrong
 * name is a mistake in the code, and a dashboard that shows nothing is a poor way to find it.
 */
final class NamingRule implements MeterFilter {

  /**
   * What the binders of Micrometer tell of the JVM and the machine, under its own names; and what
   * OpenTelemetry has names for.
   */
  private static final Set<String> FOREIGN = Set.of("jvm", "process", "system", "gen_ai");

  private static final Pattern NAME = Pattern.compile("ruche_[a-z][a-z0-9]*(_[a-z0-9]+)+");
  private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9_]*");

  /** Words that say a derived unit, for which there is a base unit, or nothing at all. */
  private static final List<String> NOT_UNITS =
      List.of(
          "ms",
          "millis",
          "milliseconds",
          "us",
          "micros",
          "ns",
          "nanos",
          "minutes",
          "hours",
          "days",
          "kb",
          "kib",
          "mb",
          "mib",
          "percent",
          "count",
          "counter",
          "gauge",
          "timer");

  @Override
  public MeterFilterReply accept(Meter.Id id) {
    String flaw = flaw(id);
    if (flaw != null) {
      throw new IllegalArgumentException("the metric " + id.getName() + " " + flaw);
    }
    return MeterFilterReply.NEUTRAL;
  }

  private static @Nullable String flaw(Meter.Id id) {
    String name = id.getName();
    int dot = name.indexOf('.');
    if (dot > 0 && FOREIGN.contains(name.substring(0, dot))) {
      return null;
    }
    if (!NAME.matcher(name).matches()) {
      return "must be named ruche_<stem>_<what>_<unit>[_total]";
    }
    for (String word : name.split("_", -1)) {
      if (NOT_UNITS.contains(word)) {
        return "must not say \"" + word + "\": use seconds, bytes, or the things counted";
      }
    }
    boolean total = name.endsWith("_total");
    if (total != (id.getType() == Meter.Type.COUNTER)) {
      return total ? "ends in _total and is no counter" : "is a counter and must end in _total";
    }
    if (id.getType() == Meter.Type.TIMER && !name.endsWith("_seconds")) {
      return "is a timer and must end in _seconds";
    }
    for (Tag tag : id.getTags()) {
      if (!LABEL.matcher(tag.getKey()).matches()) {
        return "has the label " + tag.getKey() + ", which must be snake_case";
      }
    }
    return null;
  }
}
