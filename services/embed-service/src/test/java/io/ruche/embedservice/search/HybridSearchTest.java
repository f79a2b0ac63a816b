package io.ruche.embedservice.search;

import static io.ruche.embedservice.index.Samples.id;
import static io.ruche.embedservice.index.Samples.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.index.Scored;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.search.Hit.Place;
import io.ruche.embedservice.search.Hit.Range;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class HybridSearchTest {

  private static final Space SPACE = new Space("azoth", "docs");

  private final ListedIndex index = new ListedIndex();
  private final Map<UUID, Passage> registry = new HashMap<>();
  private final AtomicInteger lookups = new AtomicInteger();

  private static Passage passage(String document) {
    return new Passage(
        document, "Title", 3, 4, 10, 20, List.of("Heading"), "text of " + document, "en", Map.of());
  }

  private void have(String... documents) {
    for (String document : documents) {
      registry.put(id(document, 0), passage(document));
    }
  }

  private static List<Scored> list(String... documents) {
    List<Scored> hits = new ArrayList<>();
    for (String document : documents) {
      hits.add(new Scored(id(document, 0), 1f / (hits.size() + 1)));
    }
    return hits;
  }

  private Future<Map<UUID, Passage>> find(Space space, Collection<UUID> chunks) {
    assertEquals(SPACE, space);
    lookups.incrementAndGet();
    return Future.succeededFuture(
        chunks.stream()
            .filter(registry::containsKey)
            .collect(Collectors.toMap(chunk -> chunk, registry::get)));
  }

  private HybridSearch search(@Nullable Reranker reranker) {
    return new HybridSearch(index, new OneVector(), this::find, reranker, SearchConfig.standard());
  }

  private SearchResult run(Mode mode, int top) {
    return result(
        search(null)
            .search(SPACE, new SearchRequest("text", mode, top, Filter.NONE, "", true, false)));
  }

  private static List<String> documents(SearchResult result) {
    return result.hits().stream().map(Hit::document).toList();
  }

  @Test
  void aHitOfBothListsStandsBeforeOneOfEither() {
    index.dense = list("a", "b", "c");
    index.words = list("d", "c", "e");
    have("a", "b", "c", "d", "e");
    SearchResult result = run(Mode.HYBRID, 5);
    assertEquals(List.of("c", "a", "d", "b", "e"), documents(result));
    Hit first = result.hits().getFirst();
    assertEquals(1.0 / 63 + 1.0 / 62, first.score(), 1e-6);
    Hit.Explain explain = Objects.requireNonNull(first.explain());
    assertEquals(new Place(3, 1f / 3), explain.dense());
    assertEquals(new Place(2, 1f / 2), explain.bm25());
    assertEquals(1, explain.fused().rank());
    assertNull(explain.rerank());
    assertNull(Objects.requireNonNull(result.hits().get(1).explain()).bm25());
  }

  @Test
  void oneModeIsOneListWithItsOwnScores() {
    index.dense = list("a", "b");
    index.words = list("c");
    have("a", "b", "c");
    assertEquals(List.of("a", "b"), documents(run(Mode.DENSE, 5)));
    assertEquals(0.5f, run(Mode.DENSE, 5).hits().get(1).score());
    assertEquals(List.of("c"), documents(run(Mode.BM25, 5)));
    assertEquals(7, run(Mode.DENSE, 5).dropped());
    assertEquals(0, run(Mode.BM25, 5).dropped());
  }

  @Test
  void aHitSaysWhereItIs() {
    index.words = list("a");
    have("a");
    Hit hit = run(Mode.BM25, 1).hits().getFirst();
    assertEquals("Title", hit.title());
    assertEquals(
        List.of(3, 4, 10, 20), List.of(hit.firstPage(), hit.lastPage(), hit.start(), hit.end()));
    assertEquals(List.of("Heading"), hit.headings());
    assertEquals("text of a", hit.text());
    assertEquals(List.of(new Range(0, 4)), hit.highlights());
  }

  @Test
  void withoutExplainNothingIsExplained() {
    index.words = list("a");
    have("a");
    SearchResult result =
        result(search(null).search(SPACE, SearchRequest.of("text", Mode.BM25, 1)));
    assertNull(result.hits().getFirst().explain());
  }

  @Test
  void whatIsGoneIsLeftOutAndTheNextTakesItsPlace() {
    List<String> names = IntStream.range(0, 90).mapToObj(i -> "d" + i).toList();
    index.dense = list(names.toArray(String[]::new));
    have("d3", "d40", "d80", "d89");
    assertEquals(List.of("d3", "d40", "d80"), documents(run(Mode.DENSE, 3)));
    assertEquals(List.of("d3", "d40", "d80", "d89"), documents(run(Mode.HYBRID, 100)));
  }

  @Test
  void whenAllCandidatesAreGoneItLooksDeeper() {
    List<String> names = IntStream.range(0, 5_000).mapToObj(i -> "d" + i).toList();
    index.dense = list(names.toArray(String[]::new));
    have("d399", "d1500");
    assertEquals(List.of("d399", "d1500"), documents(run(Mode.DENSE, 2)));
    assertEquals(List.of(100, 400, 1_600), index.depths);
  }

  @Test
  void itLooksNoDeeperThanItsBound() {
    List<String> names = IntStream.range(0, 9_000).mapToObj(i -> "d" + i).toList();
    index.dense = list(names.toArray(String[]::new));
    assertEquals(List.of(), documents(run(Mode.DENSE, 10)));
    assertEquals(List.of(100, 400, 1_600, 4_000), index.depths);
    assertTrue(lookups.get() < 30, "look-ups: " + lookups);
  }

  @Test
  void theRerankerOrdersWhatItHasReadAndTheRestFollows() {
    index.dense = list("a", "b", "c", "d");
    have("a", "b", "c", "d");
    List<String> texts = Collections.synchronizedList(new ArrayList<>());
    HybridSearch search =
        new HybridSearch(
            index,
            new OneVector(),
            this::find,
            (query, read) -> {
              texts.addAll(read);
              return Future.succeededFuture(List.of(0.1f, 0.9f, 0.5f));
            },
            new SearchConfig(10, 3));
    SearchResult result =
        result(
            search.search(
                SPACE, new SearchRequest("text", Mode.DENSE, 4, Filter.NONE, "", true, true)));
    assertEquals(List.of("b", "c", "a", "d"), documents(result));
    assertEquals("Heading\ntext of a", texts.getFirst());
    assertTrue(result.reranked());
    assertEquals(0.9f, result.hits().getFirst().score());
    Hit.Explain explain = Objects.requireNonNull(result.hits().getFirst().explain());
    assertEquals(new Place(1, 0.9f), explain.rerank());
    assertEquals(2, explain.fused().rank());
    assertNotNull(explain.dense());
    assertNull(Objects.requireNonNull(result.hits().get(3).explain()).rerank());
  }

  @Test
  void theRerankerReadsMoreThanIsWanted() {
    index.dense = list("a", "b", "c");
    have("a", "b", "c");
    HybridSearch search = search((query, read) -> Future.succeededFuture(List.of(1f, 2f, 3f)));
    assertEquals(
        List.of("c"),
        documents(
            result(
                search.search(
                    SPACE,
                    new SearchRequest("text", Mode.DENSE, 1, Filter.NONE, "", false, true)))));
  }

  @Test
  void withoutRerankerRerankIsRefused() {
    SearchRequest request = new SearchRequest("q", Mode.DENSE, 1, Filter.NONE, "", false, true);
    Failure failure =
        assertThrows(Failure.class, () -> result(search(null).search(SPACE, request)));
    assertEquals(422, failure.status());
  }

  @Test
  void limitsAreNamed() {
    for (int top : new int[] {0, -1, 101, Integer.MAX_VALUE}) {
      Failure failure = assertThrows(Failure.class, () -> SearchRequest.of("q", Mode.HYBRID, top));
      assertEquals("/top", failure.flaws().getFirst().where());
    }
    for (String query : List.of("", "  \n", "x".repeat(8_001))) {
      Failure failure = assertThrows(Failure.class, () -> SearchRequest.of(query, Mode.HYBRID, 10));
      assertEquals("/query", failure.flaws().getFirst().where());
    }
    assertEquals(
        2, assertThrows(Failure.class, () -> SearchRequest.of("", Mode.BM25, 0)).flaws().size());
  }

  @Test
  void equalSumsAreOrderedTheSameEveryTime() {
    index.dense = list("a", "b");
    index.words = list("b", "a");
    have("a", "b");
    List<String> first = documents(run(Mode.HYBRID, 2));
    assertEquals(List.of("a", "b"), first);
    for (int i = 0; i < 20; i++) {
      assertEquals(first, documents(run(Mode.HYBRID, 2)));
    }
  }
}
