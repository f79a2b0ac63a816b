package io.ruche.aiproxy.routing.price;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PriceListTest {

  private final Price old = new Price("2026-01-01", 0.10, 0.05, 0.50);
  private final Price dearer = new Price("2026-07-01", 0.20, null, 1.00);
  private final PriceList prices =
      new PriceList(Map.of("groq", Map.of("gpt-oss", List.of(dearer, old))));

  private long million(LocalDate day) {
    return Objects.requireNonNull(prices.at("groq", "gpt-oss", day.toEpochDay()))
        .cost(1_000_000, 0, 0);
  }

  @Test
  void eachPriceHoldsFromItsDayOn() {
    assertEquals(100_000_000, million(LocalDate.parse("2026-01-01")));
    assertEquals(100_000_000, million(LocalDate.parse("2026-06-30")));
    assertEquals(200_000_000, million(LocalDate.parse("2026-07-01")));
  }

  @Test
  void knowsNoPriceBeforeTheFirstDayNorOfOtherModels() {
    assertNull(prices.at("groq", "gpt-oss", LocalDate.parse("2025-12-31").toEpochDay()));
    assertNull(prices.at("groq", "other", LocalDate.parse("2026-12-31").toEpochDay()));
  }

  @Test
  void ollamaIsFreeUnlessTold() {
    Price free = prices.at("ollama", "gpt-oss", LocalDate.parse("2026-12-31").toEpochDay());
    assertEquals(0, Objects.requireNonNull(free).cost(1_000_000, 0, 1_000_000));
  }

  @Test
  void countsCachedTokensAtTheirPriceAndRoundsUp() {
    assertEquals(50_000_000, old.cost(1_000_000, 1_000_000, 0));
    assertEquals(200_000_000, dearer.cost(1_000_000, 1_000_000, 0), "no price of their own");
    assertEquals(600, old.cost(1, 0, 1));
    assertEquals(1, new Price("1970-01-01", 0.0001, null, 0).cost(1, 0, 0));
    assertEquals(0, old.cost(0, 0, 0));
  }

  @Test
  void refusesWhatNoPriceCanBe() {
    assertThrows(IllegalArgumentException.class, () -> new Price("July", 1, null, 1));
    assertThrows(IllegalArgumentException.class, () -> new Price("2026-01-01", -1, null, 1));
    assertThrows(IllegalArgumentException.class, () -> new Price("2026-01-01", 1, Double.NaN, 1));
  }
}
