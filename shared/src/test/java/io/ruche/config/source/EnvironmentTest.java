package io.ruche.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.ruche.config.source.Environment.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "pw, pw",
    "'pw\n', pw",
    "'pw\r\n', pw",
    "'pw\n\n', pw",
    "'a\nb\n', 'a\nb'",
    "' pw ', ' pw '"
  })
  void readsAFileWithoutItsLastLineEnds(String content, String value) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), content);
    assertEquals(new Reading.Given(value, "X_FILE"), read(Map.of("X_FILE", file.toString())));
  }

  @Test
  void refusesAVariableGivenBothWays() {
    assertEquals(
        "X: is set, and so is X_FILE; unset one of them",
        problem(Map.of("X", "a", "X_FILE", "/b")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "\n"})
  void takesABlankVariableForUnset(String blank) throws IOException {
    assertEquals(new Reading.Unset(), read(Map.of("X", blank, "X_FILE", blank)));
    assertEquals(new Reading.Given("a", "X"), read(Map.of("X", "a", "X_FILE", blank)));
    Path file = Files.writeString(folder.resolve("secret"), "b");
    assertEquals(
        new Reading.Given("b", "X_FILE"), read(Map.of("X", blank, "X_FILE", file.toString())));
  }

  @Test
  void namesTheFileThatIsMissing() {
    Path file = folder.resolve("gone");
    assertEquals(
        "X_FILE: '" + file + "' does not exist", problem(Map.of("X_FILE", file.toString())));
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    Path file = Files.writeString(folder.resolve("e"), "\n");
    assertEquals(
        "X_FILE: '" + file + "' is empty; write the value into it",
        problem(Map.of("X_FILE", file.toString())));
  }

  @Test
  void refusesAFolder() {
    assertEquals(
        "X_FILE: '" + folder + "' is a folder, not a file",
        problem(Map.of("X_FILE", folder.toString())));
  }

  @Test
  void refusesADeviceWithoutReadingIt() {
    assertEquals(
        "X_FILE: '/dev/zero' is not a regular file", problem(Map.of("X_FILE", "/dev/zero")));
  }

  @Test
  void refusesAFileThatCannotBeRead() throws IOException {
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    String problem = problem(Map.of("X_FILE", loop.toString()));
    assertEquals("X_FILE: '" + loop + "' cannot be read", problem.replaceFirst(" \\(.*\\)$", ""));
  }

  @Test
  void refusesALargeOrBinaryFile() throws IOException {
    Path large = Files.write(folder.resolve("large"), new byte[65 * 1024]);
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xFF, 0});
    assertEquals(
        "X_FILE: '" + large + "' is larger than 65536 bytes",
        problem(Map.of("X_FILE", large.toString())));
    assertEquals(
        "X_FILE: '" + binary + "' is not UTF-8 text", problem(Map.of("X_FILE", binary.toString())));
  }

  @Test
  void doesNotShowASecretGivenWhereItsFileWasAskedFor() {
    assertEquals(
        "X_FILE: the file it names (not shown, in case it is a secret) does not exist",
        problem(Map.of("X_FILE", "gsk_hunter2")));
  }

  @Test
  void refusesAPathThatCannotBe() {
    assertEquals("X_FILE: '/a?b' does not exist", problem(Map.of("X_FILE", "/a\0b")));
  }

  @Test
  void showsNoValueInItsTextForm() {
    assertFalse(read(Map.of("X", "hunter2")).toString().contains("hunter2"));
  }

  private static Reading read(Map<String, String> variables) {
    return new Environment(variables).read("X");
  }

  private static String problem(Map<String, String> variables) {
    return assertInstanceOf(Reading.Refused.class, read(variables)).problem().toString();
  }
}
