package io.ruche.aiproxy.ledger.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.ledger.Samples;
import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Entry;
import io.ruche.aiproxy.ledger.entry.Outcome;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {

  private static final int SEGMENT = 64 * 1_024;
  private static final long LIMIT = 64L * SEGMENT;

  @TempDir private Path folder;

  @Test
  void givesBackWhatWasWritten() throws IOException {
    Start start =
        new Start(
            "01J",
            Instant.parse("2026-11-21T10:11:12.345678Z"),
            "azoth",
            "n8n",
            Source.EVENT,
            "ticket-4711",
            "transcription",
            "modèle/été-✓",
            false,
            1,
            2,
            3);
    End end =
        new End(
            "groq",
            null,
            498,
            Outcome.REFUSED_BY_PROVIDER,
            1L << 40,
            5,
            6,
            UsageSource.NONE,
            Long.MAX_VALUE,
            End.UNKNOWN,
            9);
    try (Journal journal = open()) {
      journal.begin(start).end(end);

      Unsettled read = only(collect(journal, 10));
      assertEquals(start, read.start());
      assertEquals(end, read.end());
    }
  }

  @Test
  void cutsTextsAtTheirBoundsAndKeepsControlCharactersOut() throws IOException {
    try (Journal journal = open()) {
      String model = "a\0b\n" + "é".repeat(500);
      journal.begin(Samples.start("id", "koff", "app", model, Instant.now())).end(Samples.end());

      String read = only(collect(journal, 10)).start().model();
      assertEquals("a?b?" + "é".repeat(126), read);
    }
  }

  @Test
  void givesOutOnlyWhatHasEndedAndEachOnce() throws IOException {
    try (Journal journal = open()) {
      Entry slow = journal.begin(Samples.start("slow"));
      journal.begin(Samples.start("quick")).end(Samples.end());

      assertEquals(List.of("quick"), ids(collect(journal, 10)));
      assertEquals(List.of(), ids(collect(journal, 10)));
      slow.end(Samples.end());
      assertEquals(List.of("slow"), ids(collect(journal, 10)));
    }
  }

  @Test
  void theFirstEndCounts() throws IOException {
    try (Journal journal = open()) {
      Entry entry = journal.begin(Samples.start("one"));
      entry.end(Samples.end(1));
      entry.end(Samples.end(2));

      assertEquals(1, only(collect(journal, 10)).end().nanoDollars());
    }
  }

  @Test
  void usesItsFilesAgain() throws IOException {
    try (Journal journal = open()) {
      for (int i = 0; i < 20_000; i++) {
        journal.begin(Samples.start("id-" + i)).end(Samples.end());
        if (i % 50 == 0) {
          settle(journal);
          journal.tend();
        }
      }
      settle(journal);

      assertEquals(20_000, journal.counts().settledTotal());
      assertEquals(0, journal.counts().unsettled());
      assertTrue(journal.bytes() <= 4 * SEGMENT, journal.bytes() + " bytes");
    }
  }

  @Test
  void leavesNoFileBehindWhenAllIsSettled() throws IOException {
    Journal journal = open();
    journal.begin(Samples.start("one")).end(Samples.end());
    settle(journal);
    journal.close();

    try (Stream<Path> files = Files.walk(folder)) {
      assertEquals(
          List.of("lock"),
          files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).toList());
    }
  }

  @Test
  void refusesWhenFullAndTakesAgainWhenThereIsRoom() throws IOException {
    try (Journal journal = Journal.open(folder, SEGMENT, 4L * SEGMENT)) {
      List<String> begun = new ArrayList<>();
      JournalFullException full =
          assertThrows(
              JournalFullException.class,
              () -> {
                while (true) {
                  String id = "id-" + begun.size();
                  journal.begin(Samples.start(id)).end(Samples.end());
                  begun.add(id);
                  if (begun.size() % 20 == 0) {
                    journal.tend();
                  }
                }
              });
      assertTrue(full.getMessage().contains("limit"), full.getMessage());
      assertTrue(begun.size() > 300, begun.size() + " requests");
      assertEquals(1, journal.counts().refusedTotal());

      List<Unsettled> ended = collect(journal, Integer.MAX_VALUE);
      assertEquals(begun, ids(ended));
      ended.forEach(Unsettled::settle);
      journal.releaseDone();
      journal.begin(Samples.start("again")).end(Samples.end());
      assertEquals(List.of("again"), ids(collect(journal, 10)));
    }
  }

  @Test
  void givesTheNextOwnerWhatWasNotSettled() throws IOException {
    Journal first = open();
    first.begin(Samples.start("written")).end(Samples.end());
    settle(first);
    first.begin(Samples.start("ended")).end(Samples.end());
    Entry late = first.begin(Samples.start("under-way"));
    first.close();
    late.end(Samples.end());

    try (Journal second = open()) {
      List<Unsettled> left = collect(second, 10);
      assertEquals(List.of("ended", "under-way"), ids(left));
      assertEquals(Outcome.OK, left.get(0).end().outcome());
      assertEquals(left.get(1).start().interrupted(), left.get(1).end());
      assertEquals(UsageSource.ESTIMATED, left.get(1).end().usage());
      assertEquals(60_000, left.get(1).end().nanoDollars());
      left.forEach(Unsettled::settle);
      second.releaseDone();
      assertEquals(2L * SEGMENT, second.bytes());
    }
  }

  @Test
  void keepsSlotsApartWhileTheirOwnersLive() throws IOException {
    try (Journal first = open();
        Journal second = open()) {
      first.begin(Samples.start("first")).end(Samples.end());
      second.begin(Samples.start("second")).end(Samples.end());
      second.adoptAbandoned();
      first.adoptAbandoned();

      assertEquals(List.of("first"), ids(collect(first, 10)));
      assertEquals(List.of("second"), ids(collect(second, 10)));
    }
  }

  @Test
  void takesOverASlotWhoseOwnerIsGone() throws IOException {
    Journal first = open();
    try (Journal second = open()) {
      first.begin(Samples.start("left")).end(Samples.end());
      first.close();

      second.adoptAbandoned();
      settle(second);
      second.adoptAbandoned();

      assertEquals(1, second.counts().settledTotal());
      assertEquals(List.of(), Slot.segments(folder.toRealPath().resolve("0")));
    }
  }

  @Test
  void tellsTornRecordsFromWholeOnes() throws IOException {
    Journal journal = open();
    for (int i = 0; i < 5; i++) {
      journal.begin(Samples.start("id-" + i)).end(Samples.end());
    }
    journal.close();
    Path file = Slot.segments(folder.resolve("0")).getFirst();
    // What a disk keeps that lost its power between two pages: a start cut, and an end cut.
    damage(file, "id-1", 'X');
    damage(file, "id-3", 0);
    damageEnd(file, "id-4");

    try (Journal next = open()) {
      List<Unsettled> left = collect(next, 10);
      assertEquals(List.of("id-0", "id-2", "id-4"), ids(left));
      assertEquals(Outcome.INTERRUPTED, left.get(2).end().outcome());
      assertEquals(2, next.counts().tornTotal());
    }
  }

  @Test
  void neverTakesWhatAnEarlierUseOfAFileLeftThere() throws IOException {
    Journal journal = open();
    for (int i = 0; i < 1_000; i++) {
      journal.begin(Samples.start("old-" + i)).end(Samples.end());
      settle(journal);
      journal.tend();
    }
    journal.begin(Samples.start("new")).end(Samples.end());
    journal.close();

    try (Journal next = open()) {
      assertEquals(Set.of("new"), new TreeSet<>(ids(collect(next, 10_000))));
      assertEquals(0, next.counts().tornTotal());
    }
  }

  @Test
  void takesFromManyThreadsAtOnce() throws Exception {
    try (Journal journal = Journal.open(folder, 16 * SEGMENT, 16L * LIMIT)) {
      Tending tending = Tending.start(journal, Duration.ofMillis(1));
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        String name = "t" + t + "-";
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < 10_000; i++) {
                        begun(journal, name + i).end(Samples.end());
                      }
                    }));
      }
      Set<String> read = new TreeSet<>();
      while (threads.stream().anyMatch(Thread::isAlive)) {
        collectInto(journal, read);
      }
      assertTrue(tending.stop(Duration.ofSeconds(10)));
      collectInto(journal, read);

      assertEquals(40_000, read.size());
      assertEquals(40_000, journal.counts().settledTotal());
    }
  }

  @Test
  void startsBesideAFileThatIsNoSegment() throws IOException {
    Files.createDirectories(folder.resolve("0"));
    Files.write(folder.resolve("0/0000000000000000.segment"), new byte[100_000]);
    Files.write(folder.resolve("0/0000000000000001.segment.new"), new byte[10]);

    try (Journal journal = open()) {
      journal.begin(Samples.start("one")).end(Samples.end());
      assertEquals(List.of("one"), ids(collect(journal, 10)));
    }
  }

  private static Entry begun(Journal journal, String id) {
    while (true) {
      try {
        return journal.begin(Samples.start(id));
      } catch (JournalFullException notReady) {
        Thread.onSpinWait();
      }
    }
  }

  private static void collectInto(Journal journal, Set<String> read) throws IOException {
    List<Unsettled> ended;
    do {
      ended = journal.collect(1_000);
      for (Unsettled one : ended) {
        assertTrue(read.add(one.start().id()), one.start().id());
        one.settle();
      }
      journal.releaseDone();
    } while (!ended.isEmpty());
  }

  private static List<Unsettled> collect(Journal journal, int most) {
    journal.tend();
    return journal.collect(most);
  }

  private Journal open() throws IOException {
    return Journal.open(folder, SEGMENT, LIMIT);
  }

  private static void settle(Journal journal) throws IOException {
    collect(journal, Integer.MAX_VALUE).forEach(Unsettled::settle);
    journal.releaseDone();
  }

  private static Unsettled only(List<Unsettled> ended) {
    assertEquals(1, ended.size());
    return ended.getFirst();
  }

  private static List<String> ids(List<Unsettled> ended) {
    return ended.stream().map(one -> one.start().id()).collect(Collectors.toList());
  }

  private static void damage(Path file, String id, int with) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(find(file, id));
      bytes.write(with);
    }
  }

  private static void damageEnd(Path file, String id) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int at = find(file, id);
    while (!new String(content, at, 4, StandardCharsets.ISO_8859_1).equals("groq")) {
      at++;
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      bytes.write('X');
    }
  }

  private static int find(Path file, String id) throws IOException {
    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
    int at = content.indexOf(id);
    assertTrue(at > 0, id);
    return at;
  }
}
