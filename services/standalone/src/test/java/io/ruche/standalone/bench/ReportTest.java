package io.ruche.standalone.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

  private final Report report = new Report("test", List.of("one", "other"));

  @Test
  void showsTheMedianAndTheRangeOfAllRuns() {
    report.row("rate", "/s", ">= 10,000/s");
    report.add("rate", "one", 9_000);
    report.add("rate", "one", 12_000);
    report.add("rate", "one", 11_000);
    String text = report.toText();
    assertTrue(text.contains("11,000 /s (9,000-12,000)"), text);
    assertTrue(text.contains(">= 10,000/s"), text);
  }

  @Test
  void showsAColumnThatWasNotMeasuredAndLeavesOutARowWithoutValues() {
    report.row("rate", "/s", "");
    report.row("empty", "ms", "");
    report.add("rate", "other", 1);
    String text = report.toText();
    assertTrue(text.contains("one"), text);
    assertTrue(
        text.lines().anyMatch(line -> line.startsWith("rate") && line.contains(" - ")), text);
    assertFalse(text.contains("empty"), text);
  }

  @Test
  void givesTheMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
    report.row("ratio", "x", "");
    report.add("ratio", "one", 0.5);
    report.add("ratio", "one", 0.7);
    JsonObject row = report.toJson().getJsonArray("rows").getJsonObject(0);
    assertEquals(0.6, row.getJsonObject("values").getJsonObject("one").getDouble("median"), 1e-9);
  }

  @Test
  void refusesWhatWasNotDeclared() {
    report.row("rate", "/s", "");
    assertThrows(IllegalArgumentException.class, () -> report.add("rate", "third", 1));
    assertThrows(IllegalArgumentException.class, () -> report.add("other", "one", 1));
  }
}
