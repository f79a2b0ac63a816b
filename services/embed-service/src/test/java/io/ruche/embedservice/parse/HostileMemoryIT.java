package io.ruche.embedservice.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.testing.ApiClient;
import io.ruche.embedservice.testing.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * What the whole service takes of the machine's memory while every hostile file comes at once.
 * {@code -Druche.test.longest=15900000} for the longest texts that are taken.
 */
@EnabledOnOs(OS.LINUX)
final class HostileMemoryIT {

  private static final long MOST_MIB = 768;

  /** As many as are indexed at a time. */
  private static final int TOGETHER = 4;

  private static final String LONG = "long-";
  private static final int LONGEST = Integer.getInteger("ruche.test.longest", 1_500_000);
  private static final String SENTENCE =
      "The beekeepers of the northern villages collect honey throughout September and October. ";

  /** Reads of the longest text at a time. */
  private static final int READERS = 32;

  /** As {@code docs/operations.md} has it run alone; the last word on the collector counts. */
  private static final String[] AS_UP = {
    "-XX:TieredStopAtLevel=4",
    "-XX:-UseSerialGC",
    "-XX:+UseG1GC",
    "-Xms128m",
    "-Xmx384m",
    "-XX:MaxDirectMemorySize=128m",
    "-XX:+ExitOnOutOfMemoryError",
    "--add-modules",
    "jdk.incubator.vector"
  };

  private final AtomicLong children = new AtomicLong();
  private final AtomicLong mostChild = new AtomicLong();

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void staysWithinItsMemory() throws Exception {
    try (ServiceProcess service = new ServiceProcess("")) {
      service.launch(AS_UP);
      ApiClient client = service.client(service.newKey());
      ProcessHandle process = service.handle();
      long atStart = kib(process.pid(), "VmHWM");
      Thread watch = Thread.ofPlatform().daemon().start(() -> watch(process));

      Map<String, String> ends = index(client);
      long afterFiles = kib(process.pid(), "VmHWM");
      read(client);

      watch.interrupt();
      long most = kib(process.pid(), "VmHWM") >> 10;
      System.out.printf(
          "resident at the start %d MiB, at most %d MiB (%d MiB before the reads), in the end %d"
              + " MiB; parsing processes %d MiB together at most, %d MiB one%n%s%n",
          atStart >> 10,
          most,
          afterFiles >> 10,
          kib(process.pid(), "VmRSS") >> 10,
          children.get() >> 10,
          mostChild.get() >> 10,
          ends);
      assertTrue(process.isAlive());
      assertEquals("done", ends.get("good.docx"), ends.toString());
      assertTrue(most <= MOST_MIB, most + " MiB");
      JsonObject query = new JsonObject().put("query", "mill garden").put("top", 3);
      assertFalse(client.search("hostile", query).isEmpty());
    }
  }

  private static Map<String, String> index(ApiClient client) throws Exception {
    Map<String, Future<String>> jobs = new LinkedHashMap<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(TOGETHER)) {
      files()
          .forEach((name, file) -> jobs.put(name, clients.submit(() -> put(client, name, file))));
    }
    Map<String, String> ends = new TreeMap<>();
    for (Map.Entry<String, Future<String>> job : jobs.entrySet()) {
      ends.put(job.getKey(), job.getValue().get(1, TimeUnit.MINUTES));
    }
    return ends;
  }

  /** Asks for the longest texts many times at once. */
  private static void read(ApiClient client) throws Exception {
    List<Future<Integer>> reads = new ArrayList<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(READERS)) {
      for (int i = 0; i < 2 * READERS; i++) {
        String name = LONG + (i % TOGETHER + 1) + ".txt";
        String path = "/v1/collections/hostile/documents/" + name + "/text?start=1000000";
        reads.add(clients.submit(() -> client.get(path).statusCode()));
      }
    }
    Set<Integer> codes = new TreeSet<>();
    for (Future<Integer> read : reads) {
      codes.add(read.get(1, TimeUnit.MINUTES));
    }
    System.out.println("reads of the longest texts: " + codes);
    assertTrue(codes.contains(200) && !codes.contains(500), codes.toString());
  }

  private static String put(ApiClient client, String name, Supplier<byte[]> file) throws Exception {
    String path = "/v1/collections/hostile/documents/" + name + "?wait=60";
    HttpResponse<String> answer = client.put(path, "", file.get());
    if (answer.statusCode() / 100 != 2) {
      return String.valueOf(answer.statusCode());
    }
    JsonObject job = new JsonObject(answer.body());
    while (Set.of("queued", "running").contains(String.valueOf(job.getString("state")))) {
      job = new JsonObject(client.get("/v1/jobs/" + job.getString("job") + "?wait=60").body());
    }
    JsonObject problem = job.getJsonObject("problem");
    return problem == null ? job.getString("state") : problem.getString("code");
  }

  private static Map<String, Supplier<byte[]>> files() {
    Map<String, Supplier<byte[]>> files = new LinkedHashMap<>();
    files.put("flat.docx", () -> Bombs.flatZip(300));
    files.put("nested.docx", () -> Bombs.nestedZip(3));
    files.put("deep.docx", () -> Bombs.nestedZip(12));
    files.put("overlapping.docx", () -> Bombs.overlapping(3_000));
    files.put("endless.docx", () -> Bombs.textZip(400));
    files.put("laughs.docx", () -> Bombs.docxOf(Bombs.laughs("w:document", "xmlns:w=\"w\"")));
    files.put("external.docx", () -> Bombs.docxOf(Bombs.external("http://127.0.0.1:1")));
    files.put("pages.pdf", () -> Bombs.manyPages(2_000));
    files.put("too-many-pages.pdf", () -> Bombs.manyPages(20_500));
    files.put("cyclic.pdf", Bombs::cyclicPdf);
    files.put("image.pdf", () -> Bombs.hugeImage(100_000));
    files.put("encrypted.pdf", () -> Bombs.encryptedPdf("user"));
    files.put("encrypted.docx", Bombs::encryptedDocx);
    files.put("deep.html", () -> Bombs.deepHtml(100_000, 50));
    files.put("line.txt", () -> filled(40 << 20, 'a'));
    files.put("commas.csv", () -> filled(4 << 20, ','));
    files.put("groups.rtf", () -> Bombs.rtfGroups(500_000));
    files.put("nested.eml", () -> Bombs.nestedMail(1_000));
    files.put("parts.eml", () -> Bombs.nestedParts(1_000));
    files.put("marks.txt", () -> Fixtures.utf8("e" + "\u0301\u0323".repeat(5_000_000)));
    files.put("random.pdf", HostileMemoryIT::random);
    for (int i = 1; i <= TOGETHER; i++) {
      // As many of each together as there are files in hand.
      files.put("headings-" + i + ".md", () -> Fixtures.utf8("# a\n\n".repeat(LONGEST / 5)));
    }
    files.put("chunks.txt", () -> text("улей "));
    for (int i = 1; i <= TOGETHER; i++) {
      files.put(LONG + i + ".txt", () -> text("улей. " + SENTENCE));
    }
    files.put("good.docx", Fixtures::goodDocx);
    return files;
  }

  /** A text of the longest length, its letters in two bytes each. */
  private static byte[] text(String words) {
    String later = words.substring(words.indexOf(' ') + 1);
    String repeated = later.isEmpty() ? words : later;
    return Fixtures.utf8(words + repeated.repeat(LONGEST / repeated.length() - 1));
  }

  private static byte[] filled(int length, char with) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  private static byte[] random() {
    byte[] bytes = new byte[20_000_000];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  /** Looks at the parsing processes all the time. */
  private void watch(ProcessHandle process) {
    while (!Thread.currentThread().isInterrupted()) {
      List<Long> now = new ArrayList<>();
      try (Stream<ProcessHandle> below = process.descendants()) {
        below.forEach(child -> now.add(kib(child.pid(), "VmRSS")));
      }
      children.accumulateAndGet(now.stream().mapToLong(Long::longValue).sum(), Math::max);
      now.forEach(one -> mostChild.accumulateAndGet(one, Math::max));
      try {
        Thread.sleep(100);
      } catch (InterruptedException end) {
        return;
      }
    }
  }

  /** A line of a process's status; 0 when it has just ended. */
  private static long kib(long pid, String line) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(each -> each.startsWith(line + ":"))
          .mapToLong(each -> Long.parseLong(each.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException ended) {
      return 0;
    }
  }
}
