package io.ruche.standalone.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a round of checks has found.
 *
 * @param parts the findings of each part that was looked at, in that order
 */
public record Diagnosis(Map<String, List<Finding>> parts) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Looks at everything. A check that cannot look becomes a finding itself.
   *
   * @param progress is told each part before it is looked at
   */
  public static Diagnosis of(List<Check> checks, Consumer<String> progress) {
    Map<String, List<Finding>> parts = new LinkedHashMap<>();
    for (Check check : checks) {
      progress.accept(check.part());
      List<Finding> found;
      try {
        found = check.look();
      } catch (IOException failure) {
        found = List.of(Finding.unlooked(check.part(), failure));
      }
      parts.merge(check.part(), List.copyOf(found), Diagnosis::joined);
    }
    return new Diagnosis(parts);
  }

  private static List<Finding> joined(List<Finding> first, List<Finding> second) {
    return java.util.stream.Stream.concat(first.stream(), second.stream()).toList();
  }

  /** Every finding. */
  public List<Finding> findings() {
    return parts.values().stream().flatMap(List::stream).toList();
  }

  /** How many are of this level. */
  public long count(Level level) {
    return findings().stream().filter(finding -> finding.level() == level).count();
  }

  /** Whether nothing is wrong and nothing unknown; there may be advice. */
  public boolean isWell() {
    return count(Level.PROBLEM) == 0 && count(Level.UNKNOWN) == 0;
  }

  /** For people: a line for each part, and below it what is not as it should be. */
  public String text() {
    StringBuilder text = new StringBuilder();
    parts.forEach(
        (part, found) -> {
          text.append(found.isEmpty() ? "ok       " : "         ").append(part).append('\n');
          for (Finding finding : found) {
            text.append(
                    "  %-8s %s: %s%n"
                        .formatted(finding.level().word(), finding.where(), finding.what()))
                .append("           Mend: ")
                .append(finding.mend())
                .append("  [")
                .append(finding.id())
                .append("]\n");
          }
        });
    return text.append(
            "%d parts looked at: %d problems, %d unknown, %d advice%n"
                .formatted(
                    parts.size(), count(Level.PROBLEM), count(Level.UNKNOWN), count(Level.ADVICE)))
        .toString();
  }

  /**
   * For programs: {@code {"well": false, "parts": ["secrets"], "findings": [{"level", "id",
   * "where", "what", "mend"}]}}.
   */
  public String json() {
    ObjectNode all = JSON.createObjectNode().put("well", isWell());
    ArrayNode names = all.putArray("parts");
    parts.keySet().forEach(names::add);
    ArrayNode list = all.putArray("findings");
    for (Finding finding : findings()) {
      list.addObject()
          .put("level", finding.level().word())
          .put("id", finding.id())
          .put("where", finding.where())
          .put("what", finding.what())
          .put("mend", finding.mend());
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
