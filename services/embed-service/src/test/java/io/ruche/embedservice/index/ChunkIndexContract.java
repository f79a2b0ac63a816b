package io.ruche.embedservice.index;

import static io.ruche.embedservice.index.Samples.chunk;
import static io.ruche.embedservice.index.Samples.id;
import static io.ruche.embedservice.index.Samples.ids;
import static io.ruche.embedservice.index.Samples.in;
import static io.ruche.embedservice.index.Samples.result;
import static io.ruche.embedservice.index.Samples.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.vector.Vector;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** What every store of chunks does, whichever it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ChunkIndexContract {

  private static final int TOP = 10;

  private StoreUnderTest store;
  private Space space;

  protected abstract StoreUnderTest open() throws Exception;

  @BeforeAll
  void openStore() throws Exception {
    store = open();
  }

  @AfterAll
  void closeStore() throws Exception {
    store.close();
  }

  @BeforeEach
  void freshSpace(TestInfo test) {
    space = new Space("azoth", test.getTestMethod().orElseThrow().getName());
  }

  private ChunkIndex index() {
    return store.index();
  }

  private void put(IndexedChunk... chunks) {
    result(index().put(space, List.of(chunks)));
  }

  private List<UUID> words(String query) {
    return words(query, "");
  }

  private List<UUID> words(String query, String language) {
    return ids(result(index().lexical(space, query, language, TOP, Filter.NONE)));
  }

  private List<UUID> near(Vector vector) {
    return ids(result(index().dense(space, vector, TOP, Filter.NONE)));
  }

  @Test
  void whatIsPutIsFoundOnceThePutIsComplete() {
    IndexedChunk bees = chunk("bees", 0, "A hive has one queen.");
    put(bees, chunk("rust", 0, "Iron rusts in wet air."));
    assertEquals(List.of(bees.id()), words("queen"));
    assertEquals(bees.id(), near(bees.vector()).getFirst());
    assertEquals(2L, result(index().size(space)));
    assertEquals(Dependency.State.UP, index().state().state());
  }

  @Test
  void aChunkOfTheSameIdReplacesTheOther() {
    put(chunk("a", 0, "first words"));
    put(new IndexedChunk(id("a", 0), "b", vector(7), "second text", "en", Map.of()));
    assertEquals(List.of(), words("first"));
    assertEquals(List.of(id("a", 0)), words("second"));
    assertEquals(1L, result(index().size(space)));
    assertEquals(List.of(), result(index().chunksOf(space, "a")));
    assertEquals(List.of(id("a", 0)), result(index().chunksOf(space, "b")));
  }

  @Test
  void ofEqualIdsInOnePutTheLastStays() {
    put(chunk("a", 0, "first words"), chunk("a", 0, "last words"));
    assertEquals(1L, result(index().size(space)));
    assertEquals(List.of(id("a", 0)), words("last"));
    assertEquals(List.of(), words("first"));
  }

  @Test
  void whatIsRemovedIsNotFoundAndTheRestIs() {
    put(chunk("a", 0, "common one"), chunk("a", 1, "common two"), chunk("b", 0, "common three"));
    result(index().remove(space, List.of(id("a", 0), id("absent", 0))));
    assertEquals(Set.of(id("a", 1), id("b", 0)), Set.copyOf(words("common")));
    assertEquals(List.of(id("a", 1)), result(index().chunksOf(space, "a")));
    assertTrue(!near(vector(0)).contains(id("a", 0)));
  }

  @Test
  void nothingToPutOrRemoveIsNoFault() {
    put();
    result(index().remove(space, List.of()));
    assertEquals(0L, result(index().size(space)));
  }

  @Test
  void aDropTakesThatSpaceAndNoOther() {
    Space other = new Space("azoth", space.collection() + "-2");
    put(chunk("a", 0, "common"), chunk("b", 0, "common"));
    result(index().put(other, List.of(chunk("c", 0, "common"))));
    result(index().drop(space));
    assertEquals(0L, result(index().size(space)));
    assertEquals(List.of(), words("common"));
    assertEquals(1L, result(index().size(other)));
  }

  @Test
  void aSpaceThatNobodyPutIntoIsEmpty() {
    assertEquals(0L, result(index().size(space)));
    assertEquals(List.of(), words("anything"));
    assertEquals(List.of(), near(vector(1)));
    assertEquals(List.of(), result(index().chunksOf(space, "a")));
    result(index().drop(space));
  }

  @Test
  void theChunksOfADocumentAreAllListed() {
    List<IndexedChunk> chunks =
        IntStream.range(0, 2_500).mapToObj(i -> chunk("long", i, "word" + i)).toList();
    result(index().put(space, chunks));
    put(chunk("longer", 0, "another"));
    assertEquals(
        chunks.stream().map(IndexedChunk::id).collect(Collectors.toSet()),
        Set.copyOf(result(index().chunksOf(space, "long"))));
  }

  @Test
  void theNearestComeInTheOrderOfTheirCosine() {
    List<IndexedChunk> chunks =
        IntStream.range(0, 200).mapToObj(i -> chunk("d" + i, 0, "text")).toList();
    result(index().put(space, chunks));
    Vector query = vector(4_711);
    List<UUID> expected =
        chunks.stream()
            .sorted(Comparator.comparing((IndexedChunk c) -> -query.cosine(c.vector())))
            .limit(TOP)
            .map(IndexedChunk::id)
            .toList();
    List<Scored> hits = result(index().dense(space, query, TOP, Filter.NONE));
    assertEquals(expected, ids(hits));
    for (Scored hit : hits) {
      IndexedChunk found =
          chunks.stream().filter(c -> c.id().equals(hit.chunk())).findFirst().orElseThrow();
      assertEquals(query.cosine(found.vector()), hit.score(), 1e-4);
    }
  }

  @Test
  void rareWordsCountMoreAndSeveralMoreThanOne() {
    put(
        chunk("a", 0, "the report of the year about honey"),
        chunk("b", 0, "the report of the year about iron"),
        chunk("c", 0, "the report of the month about wood"),
        chunk("d", 0, "honey iron"));
    assertEquals(id("d", 0), words("honey iron").getFirst());
    assertEquals(id("a", 0), words("report honey", "en").getFirst());
    assertEquals(List.of(), words("unicorn"));
  }

  @Test
  void noMoreThanAskedForComesBack() {
    result(
        index()
            .put(
                space,
                IntStream.range(0, 30).mapToObj(i -> chunk("d" + i, 0, "common text")).toList()));
    for (int top : new int[] {1, 7, 30, 100}) {
      int expected = Math.min(top, 30);
      assertEquals(expected, result(index().dense(space, vector(1), top, Filter.NONE)).size());
      assertEquals(expected, result(index().lexical(space, "common", "", top, Filter.NONE)).size());
    }
  }

  @Test
  void accentsElisionAndEndingsDoNotHideAWord() {
    put(
        in("fr", "ecole", "L'école primaire accueille les élèves dès la rentrée."),
        in("fr", "coeur", "Le cœur pompe le sang."),
        in("fr", "nfd", "Un cafe\u0301 noir, ser\u00advi chaud."),
        in("en", "schools", "The teacher's schools are opening."));
    for (String query : List.of("ecole", "École", "l'école", "l\u2019ecole", "ÉCOLES", "écoles")) {
      assertEquals(List.of(id("ecole", 0)), words(query, "fr"), query);
      assertEquals(List.of(id("ecole", 0)), words(query), query);
    }
    assertEquals(List.of(id("coeur", 0)), words("coeur", "fr"));
    assertEquals(List.of(id("nfd", 0)), words("café servi", "fr"));
    assertEquals(List.of(id("schools", 0)), words("school", "en"));
    assertEquals(List.of(id("schools", 0)), words("teachers open", "en"));
  }

  @Test
  void aQueryOfCommonWordsOnlyStillFindsThem() {
    put(in("en", "hamlet", "To be or not to be"), in("en", "other", "Bees fly"));
    assertEquals(List.of(id("hamlet", 0)), words("to be or not to be", "en"));
  }

  @Test
  void chunksOfUnknownLanguageAreFoundWhateverTheQuerySays() {
    put(in("", "x", "Zitronen und Honig"), in("de", "y", "Honig"));
    assertEquals(Set.of(id("x", 0), id("y", 0)), Set.copyOf(words("honig", "fr")));
    assertEquals(Set.of(id("x", 0), id("y", 0)), Set.copyOf(words("Honig")));
  }

  @Test
  void queriesThatLookLikeSyntaxAreJustWords() {
    put(chunk("a", 0, "plain words"));
    for (String query :
        List.of(
            "*:*",
            "space:azoth",
            "+-&&||!(){}[]^\"~*?:\\/",
            "\u0000",
            "",
            "   ",
            "\ud800",
            "plain OR NOT (",
            "\" OR 1=1 --",
            "plain^1000")) {
      List<UUID> found = words(query);
      assertTrue(found.isEmpty() || found.equals(List.of(id("a", 0))), query);
    }
    assertEquals(List.of(), words("w*"));
    assertEquals(List.of(id("a", 0)), words("plain ".repeat(20_000)));
  }

  @Test
  void aTextWithoutWordsIsFoundByItsVector() {
    put(new IndexedChunk(id("a", 0), "a", vector(5), "", "en", Map.of()));
    put(new IndexedChunk(id("b", 0), "b", vector(6), "... !!!", "", Map.of()));
    assertEquals(id("a", 0), near(vector(5)).getFirst());
    assertEquals(2L, result(index().size(space)));
  }

  @Test
  void aVectorOfOtherDimensionsIsRefused() {
    Vector wrong = Vector.normalized(new float[] {1, 0});
    IndexedChunk chunk = new IndexedChunk(id("a", 0), "a", wrong, "text", "en", Map.of());
    assertThrows(IllegalArgumentException.class, () -> result(index().put(space, List.of(chunk))));
    assertThrows(
        IllegalArgumentException.class,
        () -> result(index().dense(space, wrong, TOP, Filter.NONE)));
    assertEquals(0L, result(index().size(space)));
  }

  @Test
  void whatIsCompleteIsThereAfterARestart() throws Exception {
    put(chunk("a", 0, "kept words"), chunk("b", 0, "removed words"));
    result(index().remove(space, List.of(id("b", 0))));
    store.restart();
    assertEquals(List.of(id("a", 0)), words("words"));
    assertEquals(1L, result(index().size(space)));
    put(chunk("c", 0, "more words"));
    assertEquals(2, words("words").size());
  }

  @Test
  void aRefreshWaitsForEverythingBeforeIt() {
    List<Future<Void>> puts = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      puts.add(index().put(space, List.of(chunk("d" + i, 0, "words"))));
    }
    result(Future.all(puts));
    result(index().refresh());
    assertEquals(50L, result(index().size(space)));
  }

  @Test
  void manyWritersAndReadersDoNotDisturbEachOther() throws Exception {
    Set<Throwable> faults = ConcurrentHashMap.newKeySet();
    List<Thread> threads = new ArrayList<>();
    for (int writer = 0; writer < 8; writer++) {
      String document = "w" + writer;
      threads.add(
          Thread.ofVirtual()
              .unstarted(
                  () -> {
                    for (int i = 0; i < 20; i++) {
                      put(chunk(document, i, "shared words"), chunk(document, 99, "old words"));
                      result(index().remove(space, List.of(id(document, 99))));
                    }
                  }));
      threads.add(
          Thread.ofVirtual()
              .unstarted(
                  () -> {
                    for (int i = 0; i < 40; i++) {
                      assertTrue(words("shared").size() <= TOP);
                      assertTrue(near(vector(i)).size() <= TOP);
                    }
                  }));
    }
    threads.forEach(thread -> thread.setUncaughtExceptionHandler((t, fault) -> faults.add(fault)));
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(Set.of(), faults);
    assertEquals(160L, result(index().size(space)));
    Set<UUID> all = new HashSet<>();
    for (int writer = 0; writer < 8; writer++) {
      all.addAll(result(index().chunksOf(space, "w" + writer)));
    }
    assertEquals(160, all.size());
  }
}
