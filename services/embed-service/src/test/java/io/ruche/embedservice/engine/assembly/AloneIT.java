package io.ruche.embedservice.engine.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.testing.JavaProcess;
import io.ruche.testing.TestFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the bundled model does to the process it is in. */
@EnabledOnOs(OS.LINUX)
final class AloneIT {

  private static final long MOST_KIB = 400 << 10;

  private static Path folder;
  private static List<String> lines;
  private static List<Path> leftBehind;

  @BeforeAll
  static void run() throws Exception {
    folder = TestFolder.make("alone");
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path home = Files.createDirectory(folder.resolve("home"));
    Path log = folder.resolve("log");
    Process process =
        JavaProcess.start(
            AloneMain.class,
            log,
            List.of(
                "-Xmx128m",
                "-XX:-UsePerfData",
                "-Xlog:class+load:stdout",
                "-Djava.io.tmpdir=" + temporary,
                "-Duser.home=" + home),
            List.of());
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    lines = Files.readAllLines(log);
    assertEquals(
        0,
        process.exitValue(),
        () -> String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
    try (Stream<Path> ofTemporary = Files.list(temporary);
        Stream<Path> ofHome = Files.list(home)) {
      leftBehind = Stream.concat(ofTemporary, ofHome).toList();
    }
  }

  @AfterAll
  static void delete() {
    TestFolder.delete(folder);
  }

  private static boolean loaded(String type) {
    return lines.stream().anyMatch(line -> line.contains("] " + type + " source:"));
  }

  @Test
  void itAsksNobody() {
    assertTrue(loaded("ai.djl.huggingface.tokenizers.jni.TokenizersLibrary"));
    for (String type :
        List.of(
            "java.net.Socket",
            "java.net.HttpURLConnection",
            "sun.nio.ch.NioSocketImpl",
            "java.net.InetAddress",
            "ai.djl.util.Ec2Utils",
            "ai.djl.huggingface.tokenizers.jni.LibUtils")) {
      assertFalse(loaded(type), type);
    }
    assertTrue(lines.contains("sockets 0"));
  }

  @Test
  void itLeavesNoFileAndNoFolderBehind() {
    assertEquals(List.of(), leftBehind);
  }

  @Test
  void itsMemoryIsBounded() {
    String most = lines.stream().filter(line -> line.startsWith("VmHWM")).findFirst().orElseThrow();
    long kib = Long.parseLong(most.replaceAll("\\D", ""));
    assertTrue(kib < MOST_KIB, most);
  }
}
