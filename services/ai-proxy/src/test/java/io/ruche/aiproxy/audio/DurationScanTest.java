package io.ruche.aiproxy.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationScanTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"duration\":3.27,\"segments\":[{\"duration\":9}]}",
        "{\"segments\":[{\"duration\":9}],\"x\":{\"duration\":8},\"duration\":3.27}",
        "{\"text\":\"\\\"duration\\\":7\",\"usage\":{\"type\":\"duration\",\"seconds\":3.27}}"
      })
  void findsHowLongTheSoundWas(String answer) {
    DurationScan scan = new DurationScan();
    for (byte b : ascii(answer)) {
      scan.feed(new byte[] {b});
    }

    assertEquals(3_270, scan.millis());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain text",
        "{\"duration\":-1}",
        "{\"duration\":1e300}",
        "[{\"duration\":3}]"
      })
  void knowsNothingWhereNothingIsSaid(String answer) {
    DurationScan scan = new DurationScan();
    scan.feed(ascii(answer));

    assertEquals(-1, scan.millis());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
