package io.ruche.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarTest {

  enum Colour {
    DARK_BLUE,
    RED
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "30s, PT30S",
    "5m, PT5M",
    "2h, PT2H",
    "7d, PT168H",
    "PT1H30M, PT1H30M",
    "' 30 s ', PT30S",
    "0s, PT0S"
  })
  void readsDurations(String text, Duration value) {
    assertEquals(value, parse(Duration.class, text));
  }

  @ParameterizedTest
  @CsvSource({
    "30, '''30'' has no unit; write e.g. 30s'",
    "abc, '''abc'' is not a duration; write e.g. 30s'",
    "30x, '''30x'' is not a duration; write e.g. 30s'",
    "-5s, '''-5s'' is not a duration; write e.g. 30s'",
    "PT-5S, '''PT-5S'' is below 0; write e.g. 30s'",
    "PTX, '''PTX'' is not a duration; write e.g. 30s'",
    "36501d, '''36501d'' is longer than 36500d; write e.g. 30s'",
    "999999999999d, '''999999999999d'' is longer than 36500d; write e.g. 30s'",
    "'', 'is empty; write e.g. 30s'"
  })
  void refusesWrongDurations(String text, String complaint) {
    assertEquals(complaint, complaint(Duration.class, text));
  }

  @ParameterizedTest
  @CsvSource({
    "1MiB, 1048576, 1MiB", "512KiB, 524288, 512KiB", "50MB, 50000000, 50000000", "1024, 1024, 1KiB",
    "0, 0, 0", "1 gib, 1073741824, 1GiB", "3TiB, 3298534883328, 3TiB", "1500B, 1500, 1500"
  })
  void readsSizesAndWritesThemBack(String text, long bytes, String written) {
    assertEquals(new ByteSize(bytes), parse(ByteSize.class, text));
    assertEquals(written, new ByteSize(bytes).toString());
    assertEquals(new ByteSize(bytes), parse(ByteSize.class, written));
  }

  @ParameterizedTest
  @CsvSource({
    "12x, '''12x'' is not a size; write e.g. 1MiB'",
    "1.5MiB, '''1.5MiB'' is not a size; write e.g. 1MiB'",
    "-1, '''-1'' is not a size; write e.g. 1MiB'",
    "9999999999999TiB, '''9999999999999TiB'' is larger than any size can be; write e.g. 1MiB'",
    "9999999999999999999, '''9999999999999999999'' is larger than any size can be; write e.g. 1MiB'"
  })
  void refusesWrongSizes(String text, String complaint) {
    assertEquals(complaint, complaint(ByteSize.class, text));
  }

  @Test
  void refusesASizeBelowZero() {
    assertThrows(IllegalArgumentException.class, () -> new ByteSize(-1));
  }

  @Test
  void readsNumbers() {
    assertEquals(-2147483648, parse(int.class, "-2147483648"));
    assertEquals(9223372036854775807L, parse(long.class, "9223372036854775807"));
    assertEquals(0.25, parse(double.class, "0.25"));
    assertEquals(2e3, parse(double.class, "2e3"));
    assertEquals(7.0, parse(double.class, "7"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "1.0", "0x10", "1_000", "010", "+1", "1e3", "１"})
  void refusesWhatIsNoWholeNumber(String text) {
    assertEquals("'" + text + "' is not a whole number; write e.g. 10", complaint(int.class, text));
  }

  @Test
  void refusesNumbersOutOfBounds() {
    assertEquals(
        "'2147483648' is outside -2147483648 to 2147483647; write e.g. 10",
        complaint(int.class, "2147483648"));
    assertEquals(
        "'9223372036854775808' is outside -9223372036854775808 to 9223372036854775807;"
            + " write e.g. 10",
        complaint(long.class, "9223372036854775808"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "1d", "0x1p3", "1,5", "1e999", ".5"})
  void refusesWhatIsNoNumber(String text) {
    assertEquals("'" + text + "' is not a number; write e.g. 0.5", complaint(double.class, text));
  }

  @Test
  void readsTrueAndFalseOnly() {
    assertEquals(true, parse(boolean.class, "True"));
    assertEquals(false, parse(boolean.class, "false"));
    assertEquals("'yes' is not true or false", complaint(boolean.class, "yes"));
  }

  @Test
  void readsChoicesInKebabCase() {
    assertEquals(Colour.DARK_BLUE, parse(Colour.class, "dark-blue"));
    assertEquals(Colour.DARK_BLUE, parse(Colour.class, "DARK_BLUE"));
    assertEquals(
        "'darkblue' is not one of dark-blue, red; did you mean dark-blue?",
        complaint(Colour.class, "darkblue"));
    assertEquals("'green' is not one of dark-blue, red", complaint(Colour.class, "green"));
  }

  @Test
  void keepsSpaceInTextAndSecretsOnly() {
    assertEquals(" a ", parse(String.class, " a "));
    assertEquals(new Secret(" a "), parse(Secret.class, " a "));
    assertEquals(Path.of("/a"), parse(Path.class, " /a "));
    assertEquals(URI.create("http://a"), parse(URI.class, " http://a "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://localhost:6379",
        "mqtts://u:p%40w@h:8883",
        "http://[::1]:80/x",
        "file:///data"
      })
  void readsAddresses(String text) {
    assertEquals(URI.create(text), parse(URI.class, text));
    assertEquals(new SecretUri(URI.create(text)), parse(SecretUri.class, text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:6379",
        "localhost",
        "redis://my_redis:6379",
        "http://a b",
        "//host",
        "http://h:port"
      })
  void refusesWhatIsNoAddress(String text) {
    assertEquals(
        "'" + text + "' is not an address; write e.g. https://example.org:8080",
        complaint(URI.class, text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://:hunt er2@host",
        "redis://:hun/ter2@",
        "redis://:hunt^er2@host:6379",
        "redis://:hunter2@ho_st",
        "user:hunter2@host",
        ":hunter2@host",
        "redis://:hu#nt@er2@host:x"
      })
  void neverShowsThePasswordOfAWrongAddress(String text) {
    String complaint = complaint(SecretUri.class, text);
    assertEquals(
        "'"
            + (text.contains("://") ? "redis://***" : "***")
            + text.substring(text.lastIndexOf('@'))
            + "' is not an address (write special characters of a password as %XX, @ as %40);"
            + " write e.g. https://example.org:8080",
        complaint);
  }

  @Test
  void showsNothingOfAFilesContent() {
    Scalar scalar = Scalar.of(int.class).orElseThrow();
    assertEquals(
        "the value is not a whole number; write e.g. 10",
        scalar.complaint(
            "hunter2",
            false,
            assertThrows(IllegalArgumentException.class, () -> scalar.parse("hunter2"))));
  }

  @Test
  void showsLongOrUglyValuesInPart() {
    assertEquals(
        "'" + "9".repeat(60) + "...' is not a whole number; write e.g. 10",
        complaint(int.class, "9".repeat(5000)));
    assertEquals(
        "'a?[31mb?c' is not a whole number; write e.g. 10",
        complaint(int.class, "a\u001b[31mb\nc"));
  }

  private static Object parse(Class<?> type, String text) {
    return Scalar.of(type).orElseThrow().parse(text);
  }

  private static String complaint(Class<?> type, String text) {
    Scalar scalar = Scalar.of(type).orElseThrow();
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> scalar.parse(text));
    return scalar.complaint(text, true, refusal);
  }
}
