package io.ruche.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each alarm leads to a section of {@code docs/runbooks/}, and each section is of an alarm. */
class RunbooksTest {

  private static final Pattern SECTION =
      Pattern.compile("^### (\\w+)\\n(.*?)(?=^### |\\z)", Pattern.MULTILINE | Pattern.DOTALL);
  private static final List<String> PARTS = List.of("**Means.**", "**Look.**", "**Do.**");

  @Test
  void eachAlarmLeadsToItsOwnSection() throws IOException {
    Map<String, String> leads = new TreeMap<>();
    Map<String, String> wanted = new TreeMap<>();
    for (Path rules : MonitoringFiles.files("prometheus/rules", ".yaml")) {
      String stem = rules.getFileName().toString().replace(".yaml", "");
      for (JsonNode group : new YAMLMapper().readTree(Files.readString(rules)).path("groups")) {
        for (JsonNode rule : group.path("rules")) {
          if (rule.has("alert")) {
            String alarm = rule.path("alert").asText();
            leads.put(alarm, rule.path("annotations").path("runbook").asText());
            String place = "docs/runbooks/" + stem + ".md#" + alarm.toLowerCase(Locale.ROOT);
            wanted.put(alarm, place);
          }
        }
      }
    }

    assertTrue(leads.size() > 30, () -> leads.size() + " alarms");
    assertEquals(wanted, leads);
    assertEquals(new TreeSet<>(wanted.values()), sections().keySet());
  }

  @Test
  void eachSectionSaysWhatItMeansWhereToLookAndWhatToDo() throws IOException {
    Set<String> incomplete =
        sections().entrySet().stream()
            .filter(section -> !PARTS.stream().allMatch(section.getValue()::contains))
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(Set.of(), incomplete);
  }

  /** The text of each section, by its place: {@code docs/runbooks/stack.md#redisaway}. */
  private static Map<String, String> sections() throws IOException {
    Map<String, String> sections = new TreeMap<>();
    Path folder = MonitoringFiles.FOLDER.resolveSibling("docs").resolve("runbooks");
    try (Stream<Path> pages = Files.list(folder)) {
      for (Path page : pages.toList()) {
        Matcher section = SECTION.matcher(Files.readString(page));
        while (section.find()) {
          sections.put(
              "docs/runbooks/"
                  + page.getFileName()
                  + "#"
                  + section.group(1).toLowerCase(Locale.ROOT),
              section.group(2));
        }
      }
    }
    return sections;
  }
}
