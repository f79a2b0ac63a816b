package io.ruche.aiproxy.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.aiproxy.ledger.entry.UsageSource;
import org.junit.jupiter.api.Test;

class UsageTest {

  /** As Groq counts: they are billed, and are none of the tokens of its limits. */
  @Test
  void cachedTokensAreNoneOfTheLimits() {
    assertEquals(17, new Usage(20, 8, 5, UsageSource.PROVIDER).limited());
  }
}
