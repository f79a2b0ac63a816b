package io.ruche.embedservice.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.document.Chunk;
import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.document.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Chunks: their ranges, their length, where they are cut, and what a change changes. */
final class ChunkerTest {

  private static final ChunkConfig CONFIG = ChunkConfig.DEFAULT;

  @Test
  void everyChunkIsItsRangeAndEveryCharacterIsInOne() {
    ParsedText text = Corpus.of(withHeadings(Corpus.paragraphs(600, 1)), 8);
    List<Chunk> chunks = checked(text, CONFIG);
    assertTrue(chunks.size() > 100, "only " + chunks.size());
    assertEquals(chunks, checked(text, CONFIG));
  }

  @Test
  void chunksHaveAboutTheTargetAndNeverMoreThanTheMost() {
    ParsedText text = Corpus.of(withHeadings(Corpus.paragraphs(2_000, 2)), 8);
    long sum = 0;
    List<Chunk> chunks = checked(text, CONFIG);
    for (Chunk chunk : chunks) {
      sum += Corpus.TOKENS.count(chunk.text());
    }
    long mean = sum / chunks.size();
    assertTrue(mean > CONFIG.target() / 2 && mean < CONFIG.target() * 3 / 2, "mean " + mean);
  }

  @Test
  void aChunkKnowsItsPagesAndTheHeadingsAboveIt() {
    List<String> paragraphs = new ArrayList<>();
    paragraphs.add("# Le miel");
    paragraphs.add("## La récolte");
    paragraphs.addAll(Corpus.paragraphs(8, 3));
    paragraphs.add("## Winter");
    paragraphs.addAll(Corpus.paragraphs(8, 4));
    ParsedText text = Corpus.of(paragraphs, 3);
    List<Chunk> chunks = checked(text, CONFIG);
    assertEquals(List.of(), chunks.getFirst().headings());
    assertTrue(chunks.getFirst().text().startsWith("Le miel\n\nLa récolte\n\n"));
    assertEquals(List.of("Le miel", "La récolte"), chunks.get(1).headings());
    Chunk winter =
        chunks.stream()
            .filter(chunk -> chunk.text().startsWith("Winter"))
            .findFirst()
            .orElseThrow();
    assertEquals(List.of("Le miel"), winter.headings());
    assertEquals(List.of("Le miel", "Winter"), chunks.getLast().headings());
    assertEquals(1, chunks.getFirst().firstPage());
    assertEquals(text.pages().size(), chunks.getLast().lastPage());
  }

  @Test
  void aHeadingIsNeverTheEndOfAChunk() {
    List<String> paragraphs = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      paragraphs.add("## Section " + i);
      paragraphs.addAll(Corpus.paragraphs(1 + i % 4, i));
    }
    for (Chunk chunk : checked(Corpus.of(paragraphs, 10), CONFIG)) {
      String last = chunk.text().substring(chunk.text().lastIndexOf('\n') + 1);
      assertFalse(last.startsWith("Section "), chunk.text());
    }
  }

  @Test
  void theOverlapIsOfWholeSentences() {
    ParsedText text = Corpus.of(Corpus.paragraphs(400, 5), 8);
    List<Chunk> chunks = checked(text, CONFIG);
    int overlaps = 0;
    for (int i = 1; i < chunks.size(); i++) {
      int start = chunks.get(i).start();
      int end = chunks.get(i - 1).end();
      if (start < end) {
        overlaps++;
        String shared = text.text().substring(start, end);
        assertTrue(Character.isUpperCase(shared.charAt(0)) && shared.endsWith("."), shared);
        assertTrue(Corpus.TOKENS.count(shared) <= CONFIG.overlap(), shared);
      }
    }
    assertTrue(overlaps > chunks.size() / 3, overlaps + " of " + chunks.size());
  }

  @Test
  void oneEditedParagraphOfFiveHundredPagesLeavesTheOtherChunksEqual() {
    Random random = new Random(6);
    List<String> paragraphs = Corpus.paragraphs(4_000, 7);
    List<Chunk> before = checked(Corpus.of(paragraphs, 8), CONFIG);
    Map<String, Integer> known = counted(before);
    int worst = 0;
    for (int trial = 0; trial < 20; trial++) {
      List<String> edited = new ArrayList<>(paragraphs);
      int place = random.nextInt(edited.size());
      switch (trial % 3) {
        case 0 -> edited.set(place, Corpus.paragraph(random));
        case 1 -> edited.remove(place);
        default -> edited.add(place, Corpus.paragraph(random));
      }
      List<Chunk> after = checked(Corpus.of(edited, 8), CONFIG);
      Map<String, Integer> left = new HashMap<>(known);
      int changed = 0;
      for (Chunk chunk : after) {
        Integer count = left.get(chunk.text());
        if (count == null || count == 0) {
          changed++;
        } else {
          left.put(chunk.text(), count - 1);
        }
      }
      worst = Math.max(worst, changed);
    }
    assertTrue(worst <= before.size() / 100, worst + " of " + before.size());
  }

  @Test
  void rowsAreNeverCutAndSpeakForThemselves() {
    StringBuilder rows = new StringBuilder("Produit | Prix");
    for (int i = 0; i < 3_000; i++) {
      rows.append("\nProduit: miel de châtaignier ").append(i).append("; Prix: ").append(i % 97);
    }
    for (Chunk chunk : checked(Corpus.plain(rows.toString()), CONFIG)) {
      assertTrue(chunk.text().startsWith("Produit"), chunk.text());
      assertTrue(chunk.text().substring(chunk.text().lastIndexOf('\n') + 1).contains("; Prix: "));
    }
  }

  @Test
  void hostileTextsTakeLinearTime() {
    String word = "a".repeat(10_000_000);
    String feeds = "\n".repeat(1_000_000) + "x";
    String letters = "a\n".repeat(1_000_000);
    String stops = ".".repeat(1_000_000);
    String stopsApart = ". ".repeat(500_000);
    String initials = "A. ".repeat(500_000);
    String wide = "\uD83D\uDC1D".repeat(1_000_000);
    String quotes = "\u00BB ".repeat(500_000);
    for (String text : List.of(word, feeds, letters, stops, stopsApart, initials, wide, quotes)) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(20), () -> checked(Corpus.plain(text), CONFIG), text.substring(0, 4));
    }
  }

  @Test
  void manyHeadingsTakeLinearTime() {
    List<String> headings = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      headings.add("#".repeat(1 + i % 6) + " h" + i);
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> checked(Corpus.of(headings, 50), CONFIG));
  }

  @Test
  void theTokenizerSeesBoundedStretches() {
    AtomicInteger longest = new AtomicInteger();
    Tokens watched =
        text -> {
          longest.accumulateAndGet(text.length(), Math::max);
          return Corpus.TOKENS.starts(text);
        };
    String text = "mot ".repeat(100_000) + "z".repeat(100_000);
    new Chunker(CONFIG, watched).chunk(Corpus.plain(text));
    assertTrue(longest.get() < 6_000, "a stretch of " + longest.get());
  }

  @Test
  void manyTokensOfOneCharacterAreNoTrap() {
    Tokens bytes = text -> text.codePoints().flatMap(point -> "xxxx".chars()).map(c -> 0).toArray();
    List<Chunk> chunks =
        new Chunker(new ChunkConfig(8, 16, 0), bytes).chunk(Corpus.plain("abc def ghi"));
    assertFalse(chunks.isEmpty());
  }

  @Test
  void smallModelsGetSmallChunks() {
    ChunkConfig small = CONFIG.within(128);
    assertTrue(small.most() <= 112, small.toString());
    checked(Corpus.of(withHeadings(Corpus.paragraphs(300, 8)), 8), small);
  }

  @Test
  void aTextOfBlanksHasNoChunks() {
    assertEquals(List.of(), checked(Corpus.plain(" \n\t\n "), CONFIG));
    assertEquals(List.of(), checked(Corpus.plain(""), CONFIG));
  }

  private static List<String> withHeadings(List<String> paragraphs) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < paragraphs.size(); i++) {
      if (i % 25 == 0) {
        all.add("# Chapitre " + i / 25);
      }
      if (i % 7 == 0) {
        all.add("## Part " + i / 7);
      }
      all.add(paragraphs.get(i));
    }
    return all;
  }

  private static Map<String, Integer> counted(List<Chunk> chunks) {
    Map<String, Integer> counts = new HashMap<>();
    chunks.forEach(chunk -> counts.merge(chunk.text(), 1, Integer::sum));
    return counts;
  }

  /** The chunks, with what must hold of any. */
  private static List<Chunk> checked(ParsedText parsed, ChunkConfig config) {
    List<Chunk> chunks = new Chunker(config, Corpus.TOKENS).chunk(parsed);
    String text = parsed.text();
    int covered = 0;
    int lastStart = -1;
    for (int i = 0; i < chunks.size(); i++) {
      Chunk chunk = chunks.get(i);
      assertEquals(i, chunk.ordinal());
      assertEquals(chunk.text(), text.substring(chunk.start(), chunk.end()));
      assertTrue(chunk.start() > lastStart, "starts do not ascend");
      lastStart = chunk.start();
      if (chunk.start() > covered) {
        assertTrue(text.substring(covered, chunk.start()).isBlank(), "characters are left out");
      }
      covered = Math.max(covered, chunk.end());
      int headings = chunk.headings().stream().mapToInt(Corpus.TOKENS::count).sum();
      assertTrue(Corpus.TOKENS.count(chunk.text()) + headings <= config.most(), chunk.text());
      assertTrue(chunk.firstPage() <= chunk.lastPage());
    }
    assertTrue(text.substring(covered).isBlank(), "the end is left out");
    return chunks;
  }
}
