package io.ruche.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.auth.KeyStore.Stored;
import io.ruche.auth.limits.Limits;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveKeysTest {

  private final Instant now = Instant.now();

  private final LiveKeys keys = new LiveKeys();

  @Test
  void neverTakesARevokedKeyForLiveAgain() {
    Stored row = row("a", null, null);
    keys.replace(List.of(row));

    assertEquals(List.of(row.key()), keys.ban(List.of("a")));

    assertEquals(List.of(), keys.apply(List.of(row)));
    assertEquals(List.of(), keys.replace(List.of(row)));
    assertNull(keys.get("a"));
    assertTrue(keys.wasRevoked("a"));
    assertEquals(Set.of("a"), keys.onlyOnBoard());
  }

  @Test
  void refusesAKeyThatTheBoardRevokedBeforeItWasKnown() {
    keys.ban(List.of("a"));

    keys.apply(List.of(row("a", null, null)));

    assertNull(keys.get("a"));
    assertEquals(Set.of("a"), keys.onlyOnBoard());
  }

  @Test
  void remembersWhatTheBoardStillHasToLearn() {
    keys.replace(List.of(row("a", null, null)));

    keys.apply(List.of(row("a", null, now)));
    assertEquals(Set.of("a"), keys.onlyInPostgres());

    keys.ban(List.of("a"));
    assertEquals(Set.of(), keys.onlyInPostgres());
    assertEquals(Set.of(), keys.onlyOnBoard());
  }

  @Test
  void tellsAnExpiryOnce() {
    Stored row = row("a", now.plusSeconds(60), null);
    keys.replace(List.of(row, row("b", now.plusSeconds(600), null)));

    assertEquals(List.of(), keys.sweep(now.plusSeconds(59)));
    assertEquals(List.of(row.key()), keys.sweep(now.plusSeconds(60)));
    assertEquals(List.of(), keys.sweep(now.plusSeconds(61)));
    assertEquals(
        List.of(), keys.apply(List.of(row("a", now.plusSeconds(60), now.plusSeconds(62)))));
  }

  @Test
  void tellsAnExpiryThatWasMovedIntoThePast() {
    keys.replace(List.of(row("a", now.plusSeconds(600), null)));
    Stored moved = row("a", now.minusSeconds(600), null);

    assertEquals(List.of(moved.key()), keys.apply(List.of(moved)));
    assertEquals(List.of(), keys.sweep(now.plusSeconds(1)));
  }

  @Test
  void tellsKeysThatAreMissingFromAWholeRead() {
    Stored row = row("a", null, null);
    keys.replace(List.of(row));

    assertEquals(List.of(row.key()), keys.replace(List.of()));
    assertNull(keys.get("a"));
  }

  private Stored row(String hash, @Nullable Instant expires, @Nullable Instant revoked) {
    ApiKey key =
        new ApiKey(
            1,
            "koff",
            hash,
            ApiKey.Kind.CLIENT,
            Set.of(Scope.AI),
            Limits.NONE,
            now.minusSeconds(3_600),
            expires,
            revoked);
    return new Stored(hash, key, 1);
  }
}
