package io.ruche.embedservice.parse;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.parse.wire.ParseFailure;
import io.ruche.embedservice.parse.wire.ParseFailure.Cause;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A hostile file ends as a clear failure, or as text; the parser goes on, and nothing is left. */
final class HostileFilesIT {

  private static final long TOLERANCE = 48L << 20;

  /** What a file may end with that is only damaged. */
  private static final Set<Cause> DAMAGED =
      EnumSet.of(
          Cause.BROKEN, Cause.NO_TEXT, Cause.UNSUPPORTED_TYPE, Cause.ENCRYPTED, Cause.TOO_DEEP);

  private static ParserScene scene;
  private static long heapBefore;

  @BeforeAll
  static void start() throws Exception {
    scene =
        ParserScene.start(Settings.of(Duration.ofSeconds(90), Duration.ofSeconds(60), 5_000_000));
    scene.parse(Fixtures.goodDocx(), "", "");
    heapBefore = heap();
  }

  @AfterAll
  static void nothingIsLeft() throws Exception {
    long grown = heap() - heapBefore;
    List<Long> pids = scene.parser().pids();
    Path temporary = scene.temporary();
    scene.parser().stop().toCompletionStage().toCompletableFuture().get();
    for (long pid : pids) {
      await().until(() -> ProcessHandle.of(pid).map(handle -> !handle.isAlive()).orElse(true));
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(List.of("fonts"), left.map(path -> path.getFileName().toString()).toList());
    }
    scene.close();
    assertTrue(grown < TOLERANCE, "the heap has grown by " + grown);
  }

  @AfterEach
  void theParserGoesOn() throws Exception {
    assertTrue(scene.parse(Fixtures.goodDocx(), "", "").text().contains(Fixtures.FRENCH));
    assertEquals(1, scene.parser().pids().size());
    assertEquals(0, scene.parser().inHand());
  }

  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void zipBombs() throws IOException {
    scene.fails(Cause.EXPANDS_TOO_MUCH, Bombs.flatZip(300), "", "a.docx");
    scene.fails(Cause.EXPANDS_TOO_MUCH, Bombs.nestedZip(3), "", "a.docx");
    scene.fails(Cause.EXPANDS_TOO_MUCH, Bombs.overlapping(3_000), "", "a.docx");
    scene.fails(Cause.TOO_DEEP, Bombs.nestedZip(12), "", "a.docx");
  }

  @Test
  void aPackedFileWhoseTextIsEndless() {
    ParseFailure failure = scene.fails(Cause.EXPANDS_TOO_MUCH, Bombs.textZip(400), "", "");
    assertTrue(failure.detail().contains("200 times"), failure.detail());
    scene.fails(Cause.TOO_LARGE_OUTPUT, Bombs.textZip(15), "", "");
  }

  @Test
  void aPlainZipIsNotRead() {
    ParseFailure failure =
        scene.fails(
            Cause.UNSUPPORTED_TYPE,
            Fixtures.zip(Map.of("r/r.zip", "x")),
            "application/zip",
            "r.zip");
    assertTrue(failure.detail().contains("application/zip"), failure.detail());
    assertTrue(failure.detail().contains("DOCX"), failure.detail());
  }

  @Test
  void entitiesThatMultiply() throws Exception {
    String word = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    endsIn(DAMAGED, Bombs.docxOf(Bombs.laughs("w:document", word)), "", "");
    Map<String, String> text = Map.of("content.xml", Bombs.laughs("r", ""));
    scene.fails(Cause.BROKEN, Fixtures.zip(text), "", "a.odt");
    endsIn(DAMAGED, Fixtures.utf8(Bombs.laughs("r", "")), "application/xhtml+xml", "a.xhtml");
  }

  @Test
  void nothingOfTheNetworkOrTheMachineIsRead() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(1);
      String address = "http://127.0.0.1:" + server.getLocalPort();
      byte[] html =
          Fixtures.utf8(
              "<html><head><link rel=stylesheet href='%s/s.css'><base href='%s'></head><body><p>text</p><img src='%s/i.png'><iframe src='%s/f'></iframe></body></html>"
                  .replace("%s", address));
      assertEquals("text", scene.parse(html, "text/html", "").text());
      endsIn(DAMAGED, Bombs.docxOf(Bombs.external(address)), "", "");
      String host = Files.readString(Path.of("/etc/hostname")).strip();
      try {
        assertFalse(
            scene.parse(Bombs.docxOf(Bombs.external(address)), "", "").text().contains(host));
      } catch (ParseFailure failure) {
        assertFalse(failure.detail().contains(host), failure.detail());
      }
      assertThrows(SocketTimeoutException.class, server::accept);
    }
  }

  @Test
  void aPdfOfTenThousandPages() throws Exception {
    ParsedText parsed = scene.parse(Bombs.manyPages(10_000), "application/pdf", "");
    assertEquals(10_000, parsed.pages().size());
    assertTrue(
        parsed
            .text()
            .substring(parsed.pages().getLast().start(), parsed.pages().getLast().end())
            .contains(Fixtures.FRENCH));
  }

  @Test
  void aPdfOfTooManyPages() {
    ParseFailure failure =
        scene.fails(Cause.TOO_MANY_PAGES, Bombs.manyPages(20_500), "application/pdf", "");
    assertTrue(failure.detail().contains("20000"), failure.detail());
  }

  @Test
  void damagedPdfs() throws Exception {
    endsIn(DAMAGED, Bombs.cyclicPdf(), "", "");
    endsIn(DAMAGED, Bombs.hugeImage(100_000), "", "");
    byte[] good = Fixtures.pdf(List.of(List.of("Titre", Fixtures.FRENCH)));
    assertTrue(scene.parse(Bombs.brokenReferences(good), "", "").text().contains(Fixtures.FRENCH));
  }

  @Test
  void filesWithPasswords() throws Exception {
    scene.fails(Cause.ENCRYPTED, Bombs.encryptedPdf("user"), "", "");
    assertTrue(scene.parse(Bombs.encryptedPdf(""), "", "").text().contains(Fixtures.FRENCH));
    scene.fails(Cause.ENCRYPTED, Bombs.encryptedDocx(), "", "");
  }

  @Test
  void deepHtml() throws Exception {
    endsIn(
        EnumSet.of(Cause.TOO_LARGE_OUTPUT, Cause.TOO_DEEP, Cause.OUT_OF_MEMORY),
        Bombs.deepHtml(100_000, 50),
        "text/html",
        "");
    assertTrue(scene.parse(Bombs.deepHtml(100_000, 1), "text/html", "").text().contains("miel"));
  }

  @Test
  void endlessLines() throws Exception {
    byte[] line = new byte[4_000_000];
    Arrays.fill(line, (byte) 'a');
    assertEquals(4_000_000, scene.parse(line, "text/plain", "a.txt").text().length());
    assertTrue(scene.parse(line, "text/csv", "a.csv").text().length() >= 4_000_000);
    Arrays.fill(line, (byte) ',');
    endsIn(DAMAGED, line, "text/csv", "a.csv");
    line[0] = '"';
    Arrays.fill(line, 1, line.length, (byte) 'x');
    assertFalse(scene.parse(line, "text/csv", "a.csv").text().isEmpty());
    byte[] more = new byte[6_000_000];
    Arrays.fill(more, (byte) 'a');
    ParseFailure failure = scene.fails(Cause.TOO_LARGE_OUTPUT, more, "text/plain", "a.txt");
    assertTrue(failure.detail().contains("5000000"), failure.detail());
  }

  @Test
  void marksThatKeepANormalizerBusy() throws Exception {
    byte[] marks = Fixtures.utf8("e" + "\u0301\u0323".repeat(1_000_000));
    assertTrue(scene.parse(marks, "text/plain", "").text().length() < 100);
  }

  @Test
  void deepRtf() throws Exception {
    endsIn(DAMAGED, Bombs.rtfGroups(500_000), "application/rtf", "");
  }

  @Test
  void deepMails() throws Exception {
    scene.fails(Cause.TOO_DEEP, Bombs.nestedMail(1_000), "message/rfc822", "");
    scene.fails(Cause.TOO_DEEP, Bombs.nestedParts(1_000), "message/rfc822", "");
    assertTrue(scene.parse(Bombs.nestedMail(3), "message/rfc822", "").text().endsWith("end"));
  }

  @Test
  void truncatedFiles() throws Exception {
    for (Map.Entry<String, byte[]> file : goodFiles().entrySet()) {
      byte[] bytes = file.getValue();
      endsIn(DAMAGED, Arrays.copyOf(bytes, bytes.length / 2), "", "a." + file.getKey());
    }
  }

  @Test
  void randomBytesOfEveryType() throws Exception {
    byte[] bytes = new byte[20_000];
    new Random(7).nextBytes(bytes);
    for (String type :
        List.of(
            "application/pdf",
            "application/msword",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.oasis.opendocument.text",
            "application/rtf",
            "text/html",
            "text/markdown",
            "text/plain",
            "text/csv",
            "message/rfc822",
            "application/octet-stream",
            "nonsense")) {
      endsIn(DAMAGED, bytes, type, "");
    }
    ParseFailure failure = scene.fails(Cause.BROKEN, bytes, "text/plain", "");
    assertTrue(failure.detail().contains("no text has"), failure.detail());
  }

  @Test
  void aHeadThatPromisesMoreThanThereIs() throws Exception {
    Random random = new Random(8);
    for (Map.Entry<String, byte[]> file : goodFiles().entrySet()) {
      byte[] bytes = file.getValue().clone();
      for (int i = 0; i < 40; i++) {
        bytes[bytes.length / 8 + random.nextInt(bytes.length * 7 / 8)] = (byte) random.nextInt();
      }
      endsIn(DAMAGED, bytes, "", "a." + file.getKey());
    }
  }

  @Test
  void namesAreOnlyNames() throws Exception {
    byte[] text = Fixtures.utf8(Fixtures.ENGLISH);
    for (String name :
        List.of(
            "../../etc/passwd",
            "a\u0000b.txt",
            "/dev/zero",
            "..\\..\\x.txt",
            "x".repeat(60_000) + ".txt",
            "\uD800.txt",
            "a\nb.txt")) {
      assertEquals(Fixtures.ENGLISH, scene.parse(text, "text/plain", name).text());
    }
  }

  private static Map<String, byte[]> goodFiles() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("pdf", Fixtures.pdf(List.of(List.of("Titre", Fixtures.FRENCH))));
    files.put("docx", Fixtures.goodDocx());
    files.put("xlsx", Fixtures.xlsx());
    files.put("xls", Fixtures.xls());
    files.put("pptx", Fixtures.pptx());
    files.put("ppt", Fixtures.ppt());
    files.put("odt", Fixtures.odt());
    files.put("rtf", Fixtures.rtf());
    files.put("html", Fixtures.html());
    files.put("eml", Fixtures.mail());
    return files;
  }

  /** Text, or one of these failures. */
  private static void endsIn(Set<Cause> causes, byte[] bytes, String type, String name)
      throws Exception {
    try {
      assertFalse(scene.parse(bytes, type, name).text().isEmpty());
    } catch (ParseFailure failure) {
      assertTrue(causes.contains(failure.reason()), failure.reason() + ": " + failure.detail());
      assertFalse(failure.detail().isBlank());
    }
  }
}
