package io.ruche.bus.envelope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.BusConfig;
import io.ruche.bus.envelope.Refusal.Reason;
import io.ruche.config.Default;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/events.md} names what there is. */
class EventsDocTest {

  private final String text;

  EventsDocTest() throws IOException {
    text = Files.readString(Path.of("../docs/events.md"));
  }

  @Test
  void hasEveryReasonWithItsStatus() {
    Map<String, Integer> written = new TreeMap<>();
    Matcher row = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| (\\d{3}) \\|").matcher(text);
    while (row.find()) {
      written.put(row.group(1), Integer.valueOf(row.group(2)));
    }
    assertEquals(
        Arrays.stream(Reason.values()).collect(Collectors.toMap(Reason::code, Reason::status)),
        written);
  }

  @Test
  void hasTheFieldsOfTheReservedObjectInTheirTable() {
    Matcher row = Pattern.compile("(?m)^\\| `([a-zA-Z]+)` \\| [^|`]*(`[^|]*)?\\|$").matcher(text);
    assertEquals(
        new java.util.TreeSet<>(PlainJson.RESERVED),
        row.results()
            .map(one -> one.group(1))
            .collect(Collectors.toCollection(java.util.TreeSet::new)));
  }

  @Test
  void namesOnlySettingsThatThereAre() throws NoSuchMethodException {
    Map<String, String> defaults = new TreeMap<>();
    for (RecordComponent component : BusConfig.class.getRecordComponents()) {
      defaults.put(
          component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT),
          component.getAnnotation(Default.class).value());
    }
    for (String setting :
        new String[] {
          "max-body", "stream-entries", "identities-per-tenant", "remembrance", "history"
        }) {
      assertTrue(text.contains("`" + setting + "`"), setting);
      assertTrue(defaults.containsKey(setting), setting);
    }
    assertEquals(Integer.toString(1 << 20), defaults.get("max-body"));
    assertEquals("500000", defaults.get("stream-entries"));
    assertEquals("1000000", defaults.get("identities-per-tenant"));
    assertEquals("24h", defaults.get("remembrance"));
    assertEquals("7d", defaults.get("history"));
  }
}
