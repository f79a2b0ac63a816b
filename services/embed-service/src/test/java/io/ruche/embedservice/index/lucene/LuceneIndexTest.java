package io.ruche.embedservice.index.lucene;

import static io.ruche.embedservice.index.Samples.chunk;
import static io.ruche.embedservice.index.Samples.id;
import static io.ruche.embedservice.index.Samples.ids;
import static io.ruche.embedservice.index.Samples.result;
import static io.ruche.embedservice.index.Samples.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.config.ByteSize;
import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Samples;
import io.ruche.embedservice.index.Scored;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.vector.Vector;
import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import io.ruche.testing.TestFolder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LuceneIndexTest {

  private static final Space SPACE = new Space("azoth", "docs");

  private LuceneUnderTest store;
  private LuceneIndex index;

  @BeforeEach
  void open() throws IOException {
    store = new LuceneUnderTest();
    index = store.lucene();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static List<IndexedChunk> chunks(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> chunk("d" + i, 0, "common word" + i)).toList();
  }

  @Test
  void aSnapshotIsAnIndexAndStaysAsItIs() throws Exception {
    Path copy = store.folder().resolveSibling(store.folder().getFileName() + "-copy");
    try {
      result(index.put(SPACE, chunks(0, 100)));
      assertTrue(result(index.snapshot(copy)) > 0);
      result(index.put(SPACE, chunks(100, 300)));
      result(index.remove(SPACE, List.of(id("d0", 0))));
      LuceneIndex restored = store.second(copy);
      assertEquals(100L, result(restored.size(SPACE)));
      assertEquals(
          List.of(id("d0", 0)), ids(result(restored.lexical(SPACE, "word0", "", 5, Filter.NONE))));
      result(restored.put(SPACE, chunks(500, 510)));
      result(restored.stop());
      assertEquals(299L, result(index.size(SPACE)));
    } finally {
      TestFolder.delete(copy);
    }
  }

  @Test
  void aSnapshotGoesIntoAnEmptyFolderOnly() {
    assertThrows(IllegalArgumentException.class, () -> result(index.snapshot(store.folder())));
  }

  @Test
  void whatOthersPutDoesNotChangeTheScoresOfASpace() {
    result(index.put(SPACE, List.of(chunk("a", 0, "rare honey"), chunk("b", 0, "honey wax"))));
    List<Scored> before = result(index.lexical(SPACE, "rare honey", "", 5, Filter.NONE));
    Space other = new Space("koff", "docs");
    List<IndexedChunk> many = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      many.add(chunk("o" + i, 0, "rare rare rare and long ".repeat(20)));
    }
    result(index.put(other, many));
    assertEquals(before, result(index.lexical(SPACE, "rare honey", "", 5, Filter.NONE)));
  }

  @Test
  void manyPutsShareAFewCommits() throws IOException {
    long before = generation();
    List<Future<Void>> puts = new ArrayList<>();
    for (IndexedChunk chunk : chunks(0, 400)) {
      puts.add(index.put(SPACE, List.of(chunk)));
    }
    result(Future.all(puts));
    assertEquals(400L, result(index.size(SPACE)));
    assertTrue(generation() - before < 100, "commits: " + (generation() - before));
  }

  private long generation() throws IOException {
    try (Stream<Path> files = Files.list(store.folder())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("segments_"))
          .mapToLong(name -> Long.parseLong(name.substring(9), 36))
          .max()
          .orElseThrow();
    }
  }

  @Test
  void aQueueThatIsFullRefusesMore() throws Exception {
    LuceneConfig small =
        new LuceneConfig(10, 16, 100, 100, new ByteSize(16L << 20), 1, 1_000, 1_000);
    Path folder = TestFolder.make("ruche-full");
    Vertx vertx = Vertx.vertx();
    LuceneIndex full = new LuceneIndex(vertx, folder, small, Samples.DIMENSIONS);
    result(full.start());
    List<Future<Void>> puts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      puts.add(full.put(SPACE, chunks(i * 400, i * 400 + 400)));
    }
    int refused = 0;
    for (Future<Void> put : puts) {
      try {
        result(put);
      } catch (Failure failure) {
        assertEquals(503, failure.status());
        refused++;
      }
    }
    assertTrue(refused > 0);
    assertEquals((40L - refused) * 400, result(full.size(SPACE)));
    result(full.stop());
    result(vertx.close());
    TestFolder.delete(folder);
  }

  @Test
  void oneFolderIsOfOneIndex() {
    Throwable refused = assertThrows(Throwable.class, () -> store.second(store.folder()));
    assertTrue(String.valueOf(refused).contains("Lock"), String.valueOf(refused));
  }

  @Test
  void beforeItsStartAndAfterItsEndItSaysSo() {
    Vertx vertx = Vertx.vertx();
    LuceneIndex unborn =
        new LuceneIndex(vertx, store.folder(), LuceneConfig.standard(), Samples.DIMENSIONS);
    assertEquals(Dependency.State.DOWN, unborn.state().state());
    assertEquals(503, assertThrows(Failure.class, () -> result(unborn.size(SPACE))).status());
    result(unborn.stop());
    result(index.stop());
    assertThrows(Failure.class, () -> result(index.put(SPACE, chunks(0, 1))));
    result(vertx.close());
    store.restart();
  }

  @Test
  void theGraphFindsWhatComparingAllFinds() throws Exception {
    LuceneConfig graph =
        new LuceneConfig(0, 16, 100, 200, new ByteSize(16L << 20), 1, 1_000, 100_000);
    Path folder = TestFolder.make("ruche-graph");
    Vertx vertx = Vertx.vertx();
    LuceneIndex approximate = new LuceneIndex(vertx, folder, graph, Samples.DIMENSIONS);
    result(approximate.start());
    List<IndexedChunk> all = new ArrayList<>(chunks(0, 3_000));
    Map<String, Object> odd = Map.of("odd", true);
    for (int i = 0; i < 1_000; i++) {
      all.add(chunk("f" + i, 0, "filtered", odd));
    }
    for (int from = 0; from < all.size(); from += 500) {
      result(approximate.put(SPACE, all.subList(from, from + 500)));
    }
    int found = 0;
    for (int q = 0; q < 50; q++) {
      Vector query = vector(1_000_000 + q);
      found += common(approximate, query, all, Filter.NONE);
      found +=
          common(
              approximate, query, all.subList(3_000, 4_000), new Filter.OneOf("odd", Set.of(true)));
    }
    assertTrue(found >= 990, "of 1000: " + found);
    result(approximate.stop());
    result(vertx.close());
    TestFolder.delete(folder);
  }

  private static int common(
      LuceneIndex index, Vector query, List<IndexedChunk> all, Filter filter) {
    Set<UUID> exact = new HashSet<>();
    all.stream()
        .sorted(Comparator.comparing((IndexedChunk c) -> -query.cosine(c.vector())))
        .limit(10)
        .forEach(c -> exact.add(c.id()));
    exact.retainAll(ids(result(index.dense(SPACE, query, 10, filter))));
    return exact.size();
  }
}
