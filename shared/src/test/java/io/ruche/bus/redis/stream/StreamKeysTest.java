package io.ruche.bus.redis.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.CommandSpec;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamKeysTest {

  private static final StreamKeys KEYS = new StreamKeys("koff", "ai-proxy");

  @Test
  void keepsAllOfATenantsKeysInOneSlot() {
    for (String key :
        new String[] {
          KEYS.commands("chat"),
          KEYS.partition("chat", 3),
          KEYS.events(),
          KEYS.deadLetters(),
          KEYS.parked("chat"),
          KEYS.identities(),
          KEYS.fence(),
          KEYS.partitionFence("chat", 3),
          KEYS.checkpoints(),
          KEYS.job("chat", "n8n", "a-1")
        }) {
      assertTrue(key.startsWith("{koff}:"), key);
      assertEquals("koff", StreamKeys.tenantOf(key));
    }
  }

  @Test
  void givesEveryJobAKeyOfItsOwn() {
    Set<String> keys =
        Set.of(
            KEYS.job("chat", "n8n", "a-1"),
            KEYS.job("chat", "n8n-a", "1"),
            KEYS.job("chat-n8n", "a", "1"),
            new StreamKeys("koff", "ai-proxy-chat").job("n8n", "a", "1"));
    assertEquals(4, keys.size());
  }

  @Test
  void putsAKeyAlwaysIntoTheSamePartition() {
    assertEquals(StreamKeys.partitionOf("customer-9"), StreamKeys.partitionOf("customer-9"));
    // Entries that are on disk have been placed by this function: it must not change.
    assertEquals(0, StreamKeys.partitionOf(""));
    assertEquals(4, StreamKeys.partitionOf("customer-9"));
    assertEquals(5, StreamKeys.partitionOf("é😀"));
  }

  @Test
  void spreadsKeysOfEveryShape() {
    assertSpread(n -> Integer.toString(n));
    assertSpread(n -> "customer-" + n);
    assertSpread(n -> "%04d%04d".formatted(n, n));
    assertSpread(n -> Character.toString('a' + n % 26).repeat(2 + n / 26));
    assertSpread(n -> "k" + 8 * n);
  }

  private static void assertSpread(IntFunction<String> key) {
    int keys = 400;
    var counts =
        IntStream.range(0, keys)
            .mapToObj(key)
            .collect(Collectors.groupingBy(StreamKeys::partitionOf, Collectors.counting()));
    assertEquals(CommandSpec.PARTITIONS, counts.size(), counts.toString());
    counts.values().forEach(count -> assertTrue(count > 15 && count < 110, counts.toString()));
  }
}
