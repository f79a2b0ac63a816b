package io.ruche.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlFileTest {

  @TempDir Path folder;

  @Test
  void readsScalarsAsWrittenWithTheirLines() throws IOException {
    assertEquals(
        new Node.Mapping(
            Map.of(
                "hex", new Node.Scalar("0x10", 1),
                "word", new Node.Scalar("yes", 2),
                "quoted", new Node.Scalar("", 3),
                "nothing", new Node.Blank(4),
                "tilde", new Node.Blank(5),
                "list", new Node.Items(List.of(new Node.Scalar("1_0", 7)), 6)),
            0),
        read("hex: 0x10\nword: yes\nquoted: ''\nnothing:\ntilde: ~\nlist:\n  - 1_0\n").root());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "~\n", "\uFEFF"})
  void takesAFileThatSaysNothingForOneWithoutKeys(String text) throws IOException {
    YamlFile file = read(text);
    assertEquals(List.of(), file.problems());
    assertEquals(new Node.Mapping(Map.of(), 0), file.root());
  }

  @Test
  void takesAMissingFileForOneWithoutKeys() {
    YamlFile file = YamlFile.read(folder.resolve("none.yaml"));
    assertEquals(new YamlFile(new Node.Mapping(Map.of(), 0), List.of()), file);
  }

  @Test
  void skipsAByteOrderMark() throws IOException {
    assertEquals(
        new Node.Mapping(Map.of("a", new Node.Scalar("1", 1)), 0), read("\uFEFFa: 1\n").root());
  }

  @ParameterizedTest
  @ValueSource(strings = {"- a\n- b\n", "just text\n", "42", "[]"})
  void refusesARootWithoutKeys(String text) throws IOException {
    refuses(text, "test.yaml:1: holds no keys; write settings as 'key: value' lines");
  }

  @Test
  void tellsEveryKeyGivenTwiceAndKeepsTheFirst() throws IOException {
    YamlFile file = read("a: 1\nb:\n  c: 2\n  c: 3\na: 4\n'a': 5\n");
    assertEquals(
        List.of(
            "test.yaml:4: b.c: is given twice, first in line 3; keep one",
            "test.yaml:5: a: is given twice, first in line 1; keep one",
            "test.yaml:6: a: is given twice, first in line 1; keep one"),
        texts(file));
    Node.Mapping root = assertInstanceOf(Node.Mapping.class, file.root());
    assertEquals(new Node.Scalar("1", 1), root.entries().get("a"));
  }

  @Test
  void namesTheLineOfATab() throws IOException {
    YamlFile file = read("a:\n\tb: 1\n");
    assertEquals(1, file.problems().size());
    String text = texts(file).getFirst();
    assertTrue(text.startsWith("test.yaml:2: is not YAML: "), text);
    assertTrue(text.contains("TAB"), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: [1, 2\n",
        "a: 'open\n",
        "a: b: c\n",
        "{",
        "a: 1\n  b: 2\n",
        "? [a]\n: b\n",
        "*x : 1\n",
        "%YAML 9\n---\na: 1\n",
        "a: !<\n",
        "a: @b\n",
        "\u0000",
        "a: \u0007\n",
        "!u!x a: 1"
      })
  void refusesWhatIsNotYaml(String text) throws IOException {
    YamlFile file = read(text);
    assertInstanceOf(Node.Unread.class, file.root());
    assertTrue(texts(file).getLast().contains("is not YAML"), texts(file).toString());
  }

  @Test
  void doesNotRepeatTheFileWhereItIsNotYaml() throws IOException {
    YamlFile file = read("password: hunter2\nother: 'hunter2\n");
    assertFalse(texts(file).toString().contains("hunter2"), texts(file).toString());
  }

  @Test
  void expandsNoAliases() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      String alias = "*a" + (i - 1);
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", List.of(alias, alias))));
    }
    YamlFile file = read(bomb.toString());
    assertEquals(58, file.problems().size());
    assertEquals(
        "test.yaml:2: a1[0]: is a YAML alias, which is not read; write the value out",
        texts(file).getFirst());
  }

  @Test
  void refusesMergeKeys() throws IOException {
    YamlFile file = read("a: &a {b: 1}\nc:\n  <<: *a\n  d: 2\n");
    assertEquals(
        List.of("test.yaml:3: c.<<: is a YAML alias, which is not read; write the value out"),
        texts(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: !!javax.script.ScriptEngineManager [x]\nb: 1\n",
        "a: !!binary aGVsbG8=\nb: 1\n",
        "a: !local {c: 2}\nb: 1\n",
        "a: !!str 12\nb: 1\n"
      })
  void refusesTagsAndReadsOn(String text) throws IOException {
    YamlFile file = read(text);
    assertEquals(
        List.of("test.yaml:1: a: has a YAML tag, which is not read; write the value without it"),
        texts(file));
    assertEquals(
        new Node.Mapping(Map.of("a", new Node.Unread(1), "b", new Node.Scalar("1", 2)), 0),
        file.root());
  }

  @Test
  void refusesASecondDocument() throws IOException {
    refuses(
        "a: 1\n---\na: 2\n", "test.yaml:3: starts a second document; write all settings in one");
  }

  @Test
  void refusesDeepNesting() throws IOException {
    String deep = "a: " + "[".repeat(40) + "]".repeat(40) + "\n";
    YamlFile file = read(deep);
    assertEquals(1, file.problems().size());
    assertTrue(texts(file).getFirst().endsWith("is nested more than 20 levels deep"));
  }

  @Test
  void staysQuickOnHostileNesting() {
    assertTimeout(Duration.ofSeconds(10), () -> read("[".repeat(200_000)));
    assertTimeout(Duration.ofSeconds(10), () -> read("a: " + "{b: ".repeat(60_000)));
    assertTimeout(Duration.ofSeconds(10), () -> read("- ".repeat(100_000)));
  }

  @Test
  void refusesALargeFile() throws IOException {
    refuses("a: " + "x".repeat(300_000), "test.yaml: is larger than 262144 bytes");
  }

  @Test
  void refusesBinary() throws IOException {
    Files.write(folder.resolve("test.yaml"), new byte[] {(byte) 0xCA, (byte) 0xFE, 0, 1, 2});
    assertEquals(
        List.of("test.yaml: is not UTF-8 text"), texts(YamlFile.read(folder.resolve("test.yaml"))));
  }

  @Test
  void refusesAFolderAndADanglingLink() throws IOException {
    Files.createDirectory(folder.resolve("dir.yaml"));
    Files.createSymbolicLink(folder.resolve("link.yaml"), folder.resolve("gone.yaml"));
    assertEquals(
        List.of("dir.yaml: is a folder, not a file"),
        texts(YamlFile.read(folder.resolve("dir.yaml"))));
    assertEquals(
        List.of("link.yaml: is a link to a file that does not exist"),
        texts(YamlFile.read(folder.resolve("link.yaml"))));
  }

  @Test
  void answersWhateverTheFileHolds() throws IOException {
    Random random = new Random(42);
    String[] parts = {
      "a",
      "b",
      ": ",
      ":",
      "\n",
      "\n",
      "  ",
      "- ",
      "[",
      "]",
      "{",
      "}",
      ", ",
      "'",
      "\"",
      "|\n",
      ">",
      "&x ",
      "*x",
      "!!int ",
      "!t ",
      "? ",
      "# ",
      "---\n",
      "...\n",
      "%",
      "0x",
      "0b1",
      "0o7",
      "1_0",
      "1.",
      ".inf",
      "~",
      "\t",
      "\\x",
      "<<",
      "@",
      "`",
      "2024-01-01",
      "\u0085",
      "\uD83D\uDE00",
      "=",
      "-",
      "_"
    };
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(25); length > 0; length--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      YamlFile file = read(text.toString());
      boolean told = !file.problems().isEmpty();
      assertTrue(file.root() instanceof Node.Mapping || told, text.toString());
    }
  }

  @Test
  void showsNoContentInTextForms() throws IOException {
    assertFalse(read("password: hunter2\n").toString().contains("hunter2"));
  }

  private void refuses(String yaml, String problem) throws IOException {
    assertEquals(List.of(problem), texts(read(yaml)));
  }

  private static List<String> texts(YamlFile file) {
    return file.problems().stream().map(Problem::toString).toList();
  }

  private YamlFile read(String text) throws IOException {
    Path file = folder.resolve("test.yaml");
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    return YamlFile.read(file);
  }
}
