package io.ruche.embedservice.index;

import static io.ruche.embedservice.index.Samples.chunk;
import static io.ruche.embedservice.index.Samples.id;
import static io.ruche.embedservice.index.Samples.ids;
import static io.ruche.embedservice.index.Samples.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.index.filter.FilterReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Filters mean the same in every store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class FilterContract {

  private static final Space SPACE = new Space("azoth", "filters");
  private static final List<String> HOSTILE =
      List.of(
          "a.b",
          "a[0]",
          "a[]",
          "\"",
          "'",
          "space",
          "key",
          "document",
          "metadata",
          "_id",
          "*",
          "a:b",
          "a b",
          "é",
          "ﬁ",
          "日本",
          "\u0000",
          "\n",
          "$where",
          "__proto__",
          "x".repeat(256),
          "🐝",
          "tenant",
          "1");

  private StoreUnderTest store;

  protected abstract StoreUnderTest open() throws Exception;

  @BeforeAll
  void fill() throws Exception {
    store = open();
    Map<String, Object> alpha = new LinkedHashMap<>();
    alpha.put("type", "invoice");
    alpha.put("year", 2020);
    alpha.put("paid", true);
    alpha.put("tags", List.of("red", "blue", 7));
    alpha.put("note", null);
    alpha.put("none", List.of());
    Map<String, Object> beta =
        Map.of("type", "letter", "year", 2021.5, "paid", false, "tags", List.of("blue"));
    Map<String, Object> gamma =
        Map.of("type", "Invoice", "year", "2020", "score", -0.0, "big", 9_007_199_254_740_993L);
    Map<String, Object> hostile =
        HOSTILE.stream().collect(Collectors.toMap(name -> name, name -> "value of " + name));
    put("alpha", alpha);
    put("beta", beta);
    put("gamma", gamma);
    put("delta", Map.of());
    put("hostile", hostile);
    put("long", Map.of("text", "y".repeat(100_000)));
    put("many", Map.of("n", IntStream.range(0, 500).boxed().toList()));
  }

  @AfterAll
  void close() throws Exception {
    store.close();
  }

  private void put(String document, Map<String, Object> metadata) {
    result(store.index().put(SPACE, List.of(chunk(document, 0, "common " + document, metadata))));
  }

  /** Which documents a filter lets through, the same for both kinds of search. */
  private Set<String> met(Filter filter) {
    List<UUID> dense = ids(result(store.index().dense(SPACE, Samples.vector(1), 100, filter)));
    List<UUID> words = ids(result(store.index().lexical(SPACE, "common", "", 100, filter)));
    assertEquals(Set.copyOf(dense), Set.copyOf(words));
    return Stream.of("alpha", "beta", "gamma", "delta", "hostile", "long", "many")
        .filter(document -> dense.contains(id(document, 0)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Set<String> met(Map<String, Object> json) {
    return met(FilterReader.read(json));
  }

  @Test
  void noFilterLetsEverythingThrough() {
    assertEquals(7, met(Filter.NONE).size());
    assertEquals(7, met(Map.of()).size());
    assertEquals(7, met(new Filter.All(List.of())).size());
    assertEquals(Set.of(), met(new Filter.Any(List.of())));
    assertEquals(Set.of(), met(new Filter.Not(Filter.NONE)));
  }

  @Test
  void aValueIsTheSameInTextCaseAndType() {
    assertEquals(Set.of("alpha"), met(Map.of("type", "invoice")));
    assertEquals(Set.of("gamma"), met(Map.of("type", "Invoice")));
    assertEquals(Set.of("alpha"), met(Map.of("year", 2020)));
    assertEquals(Set.of("alpha"), met(Map.of("year", 2020.0)));
    assertEquals(Set.of("gamma"), met(Map.of("year", "2020")));
    assertEquals(Set.of("alpha"), met(Map.of("paid", true)));
    assertEquals(Set.of(), met(Map.of("paid", "true")));
    assertEquals(Set.of("gamma"), met(Map.of("score", 0)));
    assertEquals(Set.of("gamma"), met(Map.of("big", 9_007_199_254_740_993L)));
    assertEquals(Set.of(), met(Map.of("big", 9_007_199_254_740_992L)));
    assertEquals(Set.of("long"), met(Map.of("text", "y".repeat(100_000))));
    assertEquals(Set.of(), met(Map.of("text", "y".repeat(99_999))));
  }

  @Test
  void anyOfAListIsEnoughOnBothSides() {
    assertEquals(Set.of("alpha", "beta"), met(Map.of("tags", "blue")));
    assertEquals(Set.of("alpha"), met(Map.of("tags", List.of("red", "green"))));
    assertEquals(Set.of("alpha"), met(Map.of("tags", 7)));
    assertEquals(Set.of("alpha", "beta"), met(Map.of("type", List.of("invoice", "letter"))));
    assertEquals(Set.of("many"), met(Map.of("n", 499)));
  }

  @Test
  void boundsHoldForNumbersOnly() {
    assertEquals(Set.of("alpha", "beta"), met(Map.of("year", Map.of("gte", 2020))));
    assertEquals(Set.of("beta"), met(Map.of("year", Map.of("gt", 2020))));
    assertEquals(Set.of("alpha"), met(Map.of("year", Map.of("gte", 2020, "lt", 2021.5))));
    assertEquals(Set.of("alpha", "beta"), met(Map.of("year", Map.of("lte", 2021.5))));
    assertEquals(Set.of(), met(Map.of("year", Map.of("gt", 2021.5))));
    assertEquals(Set.of(), met(Map.of("year", Map.of("gt", 5, "lt", 1))));
    assertEquals(Set.of("gamma"), met(Map.of("score", Map.of("gte", 0))));
    assertEquals(Set.of("gamma"), met(Map.of("score", Map.of("lte", -0.0))));
    assertEquals(Set.of(), met(Map.of("score", Map.of("gt", -0.0))));
    assertEquals(Set.of(), met(Map.of("score", Map.of("lt", 0.0))));
    assertEquals(Set.of("many"), met(Map.of("n", Map.of("gt", 498, "lt", 1e308))));
    assertEquals(Set.of("alpha"), met(Map.of("tags", Map.of("gte", 7))));
  }

  @Test
  void aListHasOneNumberWithinBothBounds() {
    put("split", Map.of("pair", List.of(1, 10)));
    try {
      assertEquals(0, hits(Map.of("pair", Map.of("gt", 2, "lt", 9))));
      assertEquals(1, hits(Map.of("pair", Map.of("gt", 2, "lt", 11))));
    } finally {
      result(store.index().remove(SPACE, List.of(id("split", 0))));
    }
  }

  private int hits(Map<String, Object> json) {
    Filter filter = FilterReader.read(json);
    return result(store.index().dense(SPACE, Samples.vector(1), 100, filter)).size();
  }

  @Test
  void absentNullAndEmptyAreTheSame() {
    assertEquals(Set.of("alpha", "beta", "gamma"), met(exists("type", true)));
    assertEquals(Set.of("delta", "hostile", "long", "many"), met(exists("type", false)));
    assertEquals(Set.of(), met(exists("note", true)));
    assertEquals(Set.of(), met(exists("none", true)));
    assertEquals(Set.of("alpha", "beta"), met(exists("tags", true)));
    assertEquals(Set.of("long"), met(exists("text", true)));
  }

  private static Map<String, Object> exists(String field, boolean exists) {
    return Map.of(field, Map.of("exists", exists));
  }

  @Test
  void conditionsCombine() {
    assertEquals(Set.of("alpha"), met(Map.of("tags", "blue", "paid", true)));
    assertEquals(
        Set.of("beta", "gamma"),
        met(Map.of("$or", List.of(Map.of("type", "letter"), Map.of("type", "Invoice")))));
    assertEquals(
        Set.of("alpha"),
        met(Map.of("$and", List.of(Map.of("tags", "blue"), Map.of("tags", "red")))));
    assertEquals(
        Set.of("beta"),
        met(Map.of("tags", "blue", "$not", Map.of("$or", List.of(Map.of("paid", true))))));
    assertEquals(
        Set.of("alpha", "beta"), met(Map.of("$not", Map.of("$not", Map.of("tags", "blue")))));
  }

  @Test
  void documentsAreNamedByTheirId() {
    assertEquals(Set.of("beta"), met(Map.of("$document", "beta")));
    assertEquals(
        Set.of("beta", "long"), met(Map.of("$document", List.of("beta", "long", "absent"))));
    assertEquals(Set.of(), met(Map.of("document", "beta")));
  }

  @Test
  void namesOfFieldsAreNamesWhateverTheyLookLike() {
    for (String name : HOSTILE) {
      String written = name.startsWith("$") ? "$" + name : name;
      assertEquals(Set.of("hostile"), met(Map.of(written, "value of " + name)), name);
      assertEquals(Set.of("hostile"), met(exists(written, true)), name);
      assertEquals(Set.of(), met(Map.of(written, "another")), name);
    }
  }

  @Test
  void fieldAndValueDoNotRunIntoEachOther() {
    put("x", Map.of("ab", "c", "1:a", "z"));
    try {
      assertEquals(0, hits(Map.of("a", "bc")));
      assertEquals(0, hits(Map.of("abc", "")));
      assertEquals(1, hits(Map.of("ab", "c")));
      assertEquals(0, hits(Map.of("a", "z")));
    } finally {
      result(store.index().remove(SPACE, List.of(id("x", 0))));
    }
  }

  @Test
  void theLargestFilterStillWorks() {
    List<Map<String, Object>> parts = new ArrayList<>();
    for (int i = 0; i < 330; i++) {
      parts.add(Map.of("year", 1_000 + i));
    }
    assertEquals(Set.of(), met(Map.of("$or", parts)));
    parts.set(7, Map.of("year", 2020));
    assertEquals(Set.of("alpha"), met(Map.of("$or", parts)));
    assertEquals(Set.of("many"), met(Map.of("n", IntStream.range(0, 990).boxed().toList())));
  }

  @Test
  void moreValuesThanAreKeptAreRefused() {
    Map<String, Object> metadata = Map.of("n", IntStream.range(0, 5_000).boxed().toList());
    assertThrows(IllegalArgumentException.class, () -> put("refused", metadata));
    assertEquals(List.of(), result(store.index().chunksOf(SPACE, "refused")));
  }
}
