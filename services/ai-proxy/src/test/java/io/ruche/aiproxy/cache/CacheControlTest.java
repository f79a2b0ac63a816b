package io.ruche.aiproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CacheControlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no-store|BYPASS",
        "No-Store|BYPASS",
        "no-cache, no-store|BYPASS",
        "no-cache|RENEW",
        "max-age=0, no-cache|RENEW",
        "max-age=0|USE",
        "''|USE",
        "no-storefront|USE"
      })
  void readsWhatTheClientWants(String header, CacheControl wanted) {
    assertEquals(wanted, CacheControl.of(header));
  }

  @Test
  void usesTheCacheWhereNothingIsSaid() {
    assertEquals(CacheControl.USE, CacheControl.of(null));
  }
}
