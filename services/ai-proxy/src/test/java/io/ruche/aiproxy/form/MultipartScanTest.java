package io.ruche.aiproxy.form;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
    MultipartScan scan = new MultipartScan(FormKind.AUDIO, Form.BOUNDARY);
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
    assertArrayEquals(
        Arrays.copyOf(Form.sound(1_000), MultipartScan.FILE_HEAD_BYTES), scan.fileHead());
    assertEquals(1_000, scan.fileBytes());
    assertEquals(FORM.length, scan.bytes());
  }

  @Test
  void knowsTheModelBeforeTheFileHasCome() {
    MultipartScan scan = new MultipartScan(FormKind.AUDIO, "x");
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
    MultipartScan scan = new MultipartScan(FormKind.AUDIO, "x");
    scan.feed(ascii("--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc\r\n--x--"));

    assertTrue(scan.fileBegun());
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
    assertThrows(Failure.class, () -> new MultipartScan(FormKind.AUDIO, "x").feed(ascii(form)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Two dispositions, two names, another way to say a name.
        "Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"model\"",
        "Content-Disposition: form-data; name=\"a\"; name=\"model\"",
        "Content-Disposition: form-data; name=\"a\"; name*=UTF-8''model",
        "Content-Disposition: form-data; name*=UTF-8''model",
        "Content-Disposition: form-data; name*0=mo; name*1=del",
        "Content-Disposition: form-data; name=\"mo\\del\"",
        "Content-Disposition: form-data; name=\"file\"; filename=\"a\\\"; name=\"model\"",
        "Content-Disposition: form-data; filename=\"a\"; filename=\"b\"; name=\"a\"",
        // No name.
        "Content-Disposition: form-data",
        "Content-Disposition: form-data; name=\"\"",
        "Content-Disposition: attachment; name=\"model\"",
        "X-Other: y",
        // Lines that are folded, or end another way.
        "Content-Disposition: form-data; name=\"a\";\r\n name=\"model\"",
        "Content-Disposition: form-data;\r\n\tname=\"model\"",
        "X-Other: y\nContent-Disposition: form-data; name=\"model\"",
        "X-Other: y\rContent-Disposition: form-data; name=\"model\"",
        "Content-Disposition : form-data; name=\"model\"",
        // A value that is read in another way.
        "Content-Disposition: form-data; name=\"model\"\r\nContent-Transfer-Encoding: base64",
        "Content-Disposition: form-data; name=\"model\"\r\nContent-Type: text/plain; charset=utf-7",
        "Content-Disposition: form-data; name=\"model\"; filename=\"\"",
      })
  void refusesAPartWithTwoReadings(String headers) {
    MultipartScan scan = new MultipartScan(FormKind.AUDIO, "x");

    Failure refused =
        assertThrows(
            Failure.class, () -> scan.feed(ascii("--x\r\n" + headers + "\r\n\r\nm\r\n--x--")));

    assertEquals(400, refused.status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Boundaries that some take for one, and others do not.
        "--x\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--x--",
        "--x \r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--x--",
        "--x\r\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--x--",
        "y\n--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--x--",
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n--x\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--x--\r\n--x\r\n",
        // One field, twice.
        "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm"
            + "\r\n--x\r\nContent-Disposition: form-data; name=\"Model\"\r\n\r\nm\r\n--x--",
        "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm"
            + "\r\n--x\r\nContent-Disposition: form-data; name=\"model[]\"\r\n\r\nm\r\n--x--",
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nm"
            + "\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b\"\r\n\r\n",
        // Two sounds of which one is paid for.
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nm"
            + "\r\n--x\r\nContent-Disposition: form-data; name=\"url\"\r\n\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"url\"\r\n\r\nm"
            + "\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n",
      })
  void refusesAFormWithTwoReadings(String form) {
    Failure refused =
        assertThrows(Failure.class, () -> new MultipartScan(FormKind.AUDIO, "x").feed(ascii(form)));

    assertEquals(400, refused.status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Disposition: form-data; name=\"model\"\r\nContent-Type: text/plain; charset=utf-8",
        "Content-Type: text/plain; charset=\"ISO-8859-1\"\r\nContent-Transfer-Encoding: 8bit\r\n"
            + "content-disposition:form-data;name=model",
        "Content-Length: 1\r\nContent-Disposition: form-data; name=model; size=1",
      })
  void takesWhatClientsSend(String headers) {
    MultipartScan scan = new MultipartScan(FormKind.AUDIO, "x");
    scan.feed(ascii("\r\n--x\r\n" + headers + "\r\n\r\nm\r\n--x--\r\n"));

    assertEquals("m", scan.model());
    assertTrue(scan.closed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "fLaC", "RIFF....WAVEfmt ....\1\0..", "RIFF....WAVEfmt ....\1\0..more"})
  void remembersTheFirstBytesOfAFileAndNothingBehindThem(String content) {
    MultipartScan scan = new MultipartScan(FormKind.AUDIO, "x");
    scan.feed(
        ascii("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n"));
    assertFalse(scan.fileTold());

    scan.feed(ascii(content + "\r\n--x--"));

    assertTrue(scan.fileTold());
    int kept = Math.min(content.length(), MultipartScan.FILE_HEAD_BYTES);
    assertArrayEquals(ascii(content.substring(0, kept)), scan.fileHead());
  }

  @Test
  void keepsNoMoreThanItSays() {
    MultipartScan headers = new MultipartScan(FormKind.AUDIO, "x");
    headers.feed(ascii("--x\r\n"));
    assertThrows(Failure.class, () -> headers.feed(ascii("a".repeat(100_000))));

    MultipartScan value = new MultipartScan(FormKind.AUDIO, "x");
    value.feed(ascii("--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"));
    assertThrows(Failure.class, () -> value.feed(ascii("a".repeat(100_000))));
  }

  @Test
  void needsNoModelInAFormWhoseFileIsToBeKept() {
    MultipartScan scan = new MultipartScan(FormKind.FILE, Form.BOUNDARY);
    scan.feed(new Form().field("model", "x".repeat(5_000)).file("a", Form.sound(9)).end());

    scan.requireWhole();

    assertNull(scan.model());
    MultipartScan empty = new MultipartScan(FormKind.FILE, Form.BOUNDARY);
    empty.feed(new Form().field("url", "http://x").end());
    assertThrows(Failure.class, empty::requireWhole);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nm"
            + "\r\n--x\r\nContent-Disposition: form-data; name=\"File\"; filename=\"b\"\r\n\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch"
            + "\r\n--x\r\nContent-Disposition: form-data; name=\"purpose[]\"\r\n\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"purpose\"; filename=\"a\"\r\n\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"a\"; name=\"file\"\r\n\r\n",
        "y\r\n--x\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nm\r\n--x--\r\n--x\r\n",
      })
  void refusesAFileFormWithTwoReadingsAsWell(String form) {
    MultipartScan scan = new MultipartScan(FormKind.FILE, "x");

    assertEquals(400, assertThrows(Failure.class, () -> scan.feed(ascii(form))).status());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
