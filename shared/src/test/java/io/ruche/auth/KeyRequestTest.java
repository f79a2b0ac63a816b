package io.ruche.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ruche.auth.limits.Limits;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyRequestTest {

  @Test
  void saysEverythingThatIsWrongAtOnce() {
    Instant past = Instant.parse("2020-01-01T00:00:00Z");

    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new KeyRequest(
                    "Koff", "a/b\n", ApiKey.Kind.CLIENT, Set.of(), Limits.ofRpm(0), past));

    assertEquals(
        "tenant 'Koff' must be 1 to 64 of a-z, 0-9, '_' and '-'; "
            + "name 'a/b?' must be 1 to 64 of a-z, 0-9, '_' and '-'; "
            + "a client's key needs at least one scope; "
            + "rpm 0 must be between 1 and 1000000; "
            + "expiry 2020-01-01T00:00:00Z must be in the future",
        refusal.getMessage());
  }

  @Test
  void letsADeviceHaveNoScope() {
    KeyRequest request =
        new KeyRequest("koff", "sensor-1", ApiKey.Kind.DEVICE, Set.of(), Limits.NONE, null);

    assertEquals("sensor-1", request.name());
  }
}
