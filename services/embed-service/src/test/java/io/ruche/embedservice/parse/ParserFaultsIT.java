package io.ruche.embedservice.parse;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.parse.wire.ParseFailure;
import io.ruche.embedservice.parse.wire.ParseFailure.Cause;
import io.ruche.testing.JavaProcess;
import io.ruche.testing.TestFolder;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What becomes of files, processes and folders when a process fails. */
final class ParserFaultsIT {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ParseConfig PATIENT = Settings.of(LONG, LONG, 20_000_000);

  @Test
  void aFileThatTakesTooLongIsTimedOut() throws Exception {
    ParseConfig hasty = Settings.of(Duration.ofSeconds(1), LONG, 1_000);
    try (ParserScene scene = ParserScene.start(hasty, HangingChild.class)) {
      List<Long> pids = scene.parser().pids();
      ParseFailure failure = scene.fails(Cause.TIMED_OUT, Fixtures.html(), "text/html", "");
      assertTrue(failure.detail().contains("1 s"), failure.detail());
      awaitEnd(pids);
    }
  }

  @Test
  void aFileThatTakesTooMuchCpuTimeIsTimedOut() throws Exception {
    ParseConfig hasty = Settings.of(LONG, Duration.ofSeconds(1), 20_000_000);
    try (ParserScene scene = ParserScene.start(hasty)) {
      ParseFailure failure = scene.fails(Cause.TIMED_OUT, Bombs.manyPages(15_000), "", "");
      assertTrue(failure.detail().contains("CPU"), failure.detail());
    }
  }

  @Test
  void aFileThatNeedsTooMuchMemoryIsToldSo() throws Exception {
    ParseConfig small = Settings.ofHeap(64);
    try (ParserScene scene = ParserScene.start(small)) {
      byte[] html = Fixtures.utf8("<b>x</b>".repeat(1_500_000));
      ParseFailure failure = scene.fails(Cause.OUT_OF_MEMORY, html, "text/html", "");
      assertTrue(failure.detail().contains("64 MiB"), failure.detail());
      assertTrue(scene.parse(Fixtures.html(), "", "").text().contains("English"));
    }
  }

  @Test
  void aProcessThatFloodsIsEnded() throws Exception {
    try (ParserScene scene = ParserScene.start(PATIENT, FloodingChild.class)) {
      List<Long> pids = scene.parser().pids();
      scene.fails(Cause.CRASHED, Fixtures.html(), "text/html", "");
      awaitEnd(pids);
    }
  }

  @Test
  void aProcessThatPromisesTooMuchIsEnded() throws Exception {
    try (ParserScene scene = ParserScene.start(PATIENT, PromisingChild.class)) {
      scene.fails(Cause.CRASHED, Fixtures.html(), "text/html", "");
    }
  }

  @Test
  void aProcessThatIsKilledFailsItsFileAndIsReplaced() throws Exception {
    try (ParserScene scene = ParserScene.start(PATIENT)) {
      scene.parse(Fixtures.html(), "", "");
      Path file = scene.write(Bombs.manyPages(10_000));
      Future<ParsedText> parsed = scene.parser().parse(file, "", "");
      long pid = scene.parser().pids().getFirst();
      assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
      await().atMost(LONG).until(parsed::isComplete);
      assertEquals(Cause.CRASHED, ((ParseFailure) parsed.cause()).reason());
      assertTrue(scene.parse(Fixtures.html(), "", "").text().contains("English"));
      assertFalse(scene.parser().pids().contains(pid));
    }
  }

  @Test
  void processesAndTheirFilesEndWithAServiceThatIsKilled() throws Exception {
    Path folder = TestFolder.make("ruche-parse-kill");
    Path file = folder.resolve("file");
    Files.write(file, Bombs.manyPages(10_000));
    Path pids = folder.resolve("pids");
    Path temporary = folder.resolve("temporary");
    Process service =
        JavaProcess.start(
            ParsingService.class,
            folder.resolve("log"),
            List.of(),
            List.of(temporary.toString(), file.toString(), pids.toString()));
    try {
      await().atMost(LONG).until(() -> Files.exists(pids));
      List<Long> children =
          Arrays.stream(Files.readString(pids).split(" ")).map(Long::valueOf).toList();
      assertFalse(children.isEmpty());
      service.destroyForcibly();
      awaitEnd(children);
      await().atMost(LONG).until(() -> left(temporary).isEmpty());
    } finally {
      service.destroyForcibly().waitFor();
      TestFolder.delete(folder);
    }
  }

  @Test
  void aProcessIsReplacedAfterItsShareOfFiles() throws Exception {
    try (ParserScene scene = ParserScene.start(PATIENT)) {
      scene.parse(Fixtures.html(), "", "");
      long first = scene.parser().pids().getFirst();
      for (int i = 1; i < PATIENT.filesPerProcess(); i++) {
        scene.parse(Fixtures.html(), "", "");
      }
      scene.parse(Fixtures.html(), "", "");
      assertFalse(scene.parser().pids().contains(first));
    }
  }

  @Test
  void moreFilesThanMayWaitAreRefused() throws Exception {
    try (ParserScene scene = ParserScene.start(PATIENT)) {
      Path file = scene.write(Fixtures.html());
      List<Future<ParsedText>> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        all.add(scene.parser().parse(file, "", ""));
      }
      await().atMost(LONG).until(() -> all.stream().allMatch(Future::isComplete));
      long refused = all.stream().filter(Future::failed).count();
      assertTrue(refused > 0 && refused <= 31, "refused " + refused);
      for (Future<ParsedText> each : all) {
        assertTrue(each.succeeded() || ((ParseFailure) each.cause()).reason() == Cause.UNAVAILABLE);
      }
    }
  }

  @Test
  void aFileThatIsGoneIsNotTheSendersFault() throws Exception {
    try (ParserScene scene = ParserScene.start(PATIENT)) {
      Future<ParsedText> parsed =
          scene.parser().parse(scene.temporary().resolve("no-such-file"), "", "");
      await().atMost(LONG).until(parsed::isComplete);
      assertTrue(((ParseFailure) parsed.cause()).reason().passes());
    }
  }

  @Test
  void pagesWithoutTextAreRecognized() throws Exception {
    Path folder = TestFolder.make("ruche-recognition");
    try (ParserScene scene =
        ParserScene.start(
            Settings.recognizing(
                program(folder, "test \"$4\" = eng+fra && echo \"Texte reconnu d'été\""),
                Duration.ofSeconds(10)))) {
      byte[] pdf =
          Fixtures.pdf(
              List.of(
                  List.of(), List.of("Titre", Fixtures.FRENCH), List.of(), List.of(), List.of()));
      ParsedText parsed = scene.parse(pdf, "", "");
      assertEquals(5, parsed.pages().size());
      assertEquals(
          "Texte reconnu d'été",
          parsed
              .text()
              .substring(parsed.pages().getFirst().start(), parsed.pages().getFirst().end()));
      assertTrue(parsed.notes().getFirst().contains("page 1 was recognized"));
      assertTrue(parsed.notes().getLast().contains("Page 5 has no text (more of them"));
    } finally {
      TestFolder.delete(folder);
    }
  }

  @Test
  void aRecognizerThatHangsOrFailsCostsOnlyItsPage() throws Exception {
    Path folder = TestFolder.make("ruche-recognition");
    byte[] pdf = Fixtures.pdf(List.of(List.of(), List.of("Titre", Fixtures.FRENCH)));
    for (String script : List.of("sleep 1000", "exit 3")) {
      try (ParserScene scene =
          ParserScene.start(Settings.recognizing(program(folder, script), Duration.ofSeconds(1)))) {
        ParsedText parsed = scene.parse(pdf, "", "");
        assertTrue(parsed.text().contains(Fixtures.FRENCH));
        assertTrue(parsed.notes().getFirst().startsWith("Page 1 has no text, and recognizing it"));
      }
    }
    TestFolder.delete(folder);
  }

  private static Path program(Path folder, String script) throws IOException {
    Path program = folder.resolve("tesseract");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  private static List<Path> left(Path temporary) throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(path -> !path.endsWith("fonts")).toList();
    }
  }

  private static void awaitEnd(List<Long> pids) {
    await()
        .atMost(LONG)
        .until(
            () ->
                pids.stream()
                    .noneMatch(
                        pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)));
  }
}
