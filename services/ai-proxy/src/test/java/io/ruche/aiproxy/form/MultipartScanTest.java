package io.ruche.aiproxy.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.Form;
import io.ruche.http.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MultipartScanTest {

  private static final byte[] FORM =
      new Form()
          .field("language", "fr")
          .field("stream", "true")
          .file("a b.wav", Form.sound(1_000))
          .field("model", "whisper-\u00e9")
          .end();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 1_000_000})
  void findsTheFieldsHoweverTheBytesCome(int size) {
    MultipartScan scan = new MultipartScan(Form.BOUNDARY);
    for (int at = 0; at < FORM.length; at += size) {
      scan.feed(Arrays.copyOfRange(FORM, at, Math.min(FORM.length, at + size)));
    }

    scan.requireWhole();
    assertTrue(scan.closed());
    assertTrue(scan.stream());
    assertEquals("whisper-\u00e9", scan.model());
    assertEquals(
        "whisper-\u00e9",
        new String(
            FORM,
            (int) scan.modelStart(),
            (int) (scan.modelEnd() - scan.modelStart()),
            StandardCharsets.UTF_8));
    assertEquals("a b.wav", scan.fileName());
    assertEquals(1_000, scan.fileBytes());
    assertEquals(FORM.length, scan.bytes());
  }

  @Test
  void knowsTheModelBeforeTheFileHasCome() {
    MultipartScan scan = new MultipartScan("x");
    scan.feed(ascii("--x\r\ncontent-disposition: form-data; name=model\r\n\r\nm\r\n--x"));
    assertEquals("m", scan.model());
    assertFalse(scan.fileBegun());

    scan.feed(
        ascii(
            "\r\nX-Other: y\r\nContent-Disposition: form-data; filename*=UTF-8''a%20b.ogg;"
                + " name=\"file\"\r\n\r\n"));

    assertTrue(scan.fileBegun());
    assertFalse(scan.closed());
  }

  @Test
  void takesAPartNamedFileForTheSound() {
    MultipartScan scan = new MultipartScan("x");
    scan.feed(ascii("--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc\r\n--x--"));

    assertTrue(scan.fileBegun());
    assertNull(scan.fileName());
    assertEquals(3, scan.fileBytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--xy\r\n",
        "--x-y\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n\r\n--x--",
        "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\na\nb\r\n--x--",
      })
  void refusesWhatAProviderMightReadInAnotherWay(String form) {
    assertThrows(Failure.class, () -> new MultipartScan("x").feed(ascii(form)));
  }

  @Test
  void keepsNoMoreThanItSays() {
    MultipartScan headers = new MultipartScan("x");
    headers.feed(ascii("--x\r\n"));
    assertThrows(Failure.class, () -> headers.feed(ascii("a".repeat(100_000))));

    MultipartScan value = new MultipartScan("x");
    value.feed(ascii("--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"));
    assertThrows(Failure.class, () -> value.feed(ascii("a".repeat(100_000))));
  }

  @Test
  void needsNoModelInAFormWhoseFileIsToBeKept() {
    MultipartScan scan = MultipartScan.ofFile(Form.BOUNDARY);
    scan.feed(new Form().field("model", "x".repeat(5_000)).file("a", Form.sound(9)).end());

    scan.requireWhole();

    assertNull(scan.model());
    MultipartScan empty = MultipartScan.ofFile(Form.BOUNDARY);
    empty.feed(new Form().field("url", "http://x").end());
    assertThrows(Failure.class, empty::requireWhole);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
