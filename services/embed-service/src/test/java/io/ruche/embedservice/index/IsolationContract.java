package io.ruche.embedservice.index;

import static io.ruche.embedservice.index.Samples.result;
import static io.ruche.embedservice.index.Samples.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ruche.embedservice.index.filter.Filter;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * 10,000 tenants with a collection of the same name, all with the same words, metadata, documents
 * and even ids of chunks: none ever sees, changes or counts what is another's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public abstract class IsolationContract {

  private static final int TENANTS = 10_000;
  private static final int CHUNKS = 2;
  private static final int TOGETHER = 500;
  private static final String COLLECTION = "docs";
  private static final UUID SHARED = UUID.nameUUIDFromBytes(new byte[] {1, 2, 3});

  /** Names that a store could take for something else, or for one another. */
  private static final List<String> HOSTILE =
      List.of(
          "*",
          "?",
          "%",
          "t1*",
          "t1 OR t2",
          "t1\" OR \"t2",
          "{\"match\":\"t2\"}",
          "t1:docs",
          "2:t1",
          "t1\u0000",
          "\u0000t1",
          "T1",
          "t1 ",
          " t1",
          "t\u0131",
          "t１",
          "t1\n",
          "../t1",
          "t1/docs",
          "t1\u200b",
          "é",
          "e\u0301",
          "🐝",
          "null",
          "[]",
          "$ne",
          "doc",
          "t1:d",
          "t");

  private final List<Space> spaces = new ArrayList<>();
  private StoreUnderTest store;

  protected abstract StoreUnderTest open() throws Exception;

  /** The chunk that only this space has. */
  private static UUID own(Space space, int ordinal) {
    return Samples.id(space.key(), ordinal);
  }

  private static IndexedChunk chunk(Space space, UUID id, String document) {
    return new IndexedChunk(
        id,
        document,
        vector(space.key().hashCode()),
        "secret report of the hive, number " + space.tenant().hashCode(),
        "en",
        Map.of("tenant", space.tenant(), "type", "report", "year", 2024));
  }

  @BeforeAll
  void fill() throws Exception {
    store = open();
    for (int i = 0; i < TENANTS; i++) {
      spaces.add(new Space("t" + i, COLLECTION));
    }
    HOSTILE.forEach(name -> spaces.add(new Space(name, COLLECTION)));
    HOSTILE.forEach(name -> spaces.add(new Space("t1", name)));
    for (int from = 0; from < spaces.size(); from += TOGETHER) {
      List<Future<Void>> puts = new ArrayList<>();
      for (Space space : spaces.subList(from, Math.min(spaces.size(), from + TOGETHER))) {
        puts.add(
            store
                .index()
                .put(
                    space,
                    List.of(
                        chunk(space, own(space, 0), "report.pdf"),
                        chunk(space, SHARED, "shared.pdf"))));
      }
      result(Future.all(puts));
    }
  }

  @AfterAll
  void close() throws Exception {
    store.close();
  }

  private List<Space> attacked() {
    List<Space> some = new ArrayList<>(spaces.subList(TENANTS, spaces.size()));
    Random random = new Random(4);
    for (int i = 0; i < 300; i++) {
      some.add(spaces.get(random.nextInt(TENANTS)));
    }
    some.add(spaces.get(1));
    return some;
  }

  private static Set<UUID> allOf(Space space) {
    return Set.of(own(space, 0), SHARED);
  }

  /** Filters that would let others through if anything but the space decided. */
  private static List<Filter> attacks() {
    Filter report = new Filter.OneOf("type", Set.of("report"));
    List<Filter> filters = new ArrayList<>();
    filters.add(Filter.NONE);
    filters.add(report);
    filters.add(new Filter.Any(List.of(Filter.NONE, report)));
    filters.add(new Filter.Not(new Filter.OneOf("type", Set.of("absent"))));
    filters.add(new Filter.Not(new Filter.Not(Filter.NONE)));
    filters.add(new Filter.Not(new Filter.All(List.of(new Filter.Not(report)))));
    filters.add(new Filter.Present("tenant"));
    filters.add(new Filter.Not(new Filter.Present("absent")));
    filters.add(new Filter.Between("year", null, true, null, true));
    filters.add(new Filter.Not(new Filter.Between("year", 3000.0, true, null, true)));
    filters.add(new Filter.Documents(Set.of("report.pdf", "shared.pdf")));
    filters.add(new Filter.Not(new Filter.Documents(Set.of("absent"))));
    return filters;
  }

  @Test
  @Order(1)
  void everySpaceHasItsOwnAndNothingElse() {
    for (Space space : spaces) {
      assertEquals((long) CHUNKS, result(store.index().size(space)), space.toString());
    }
  }

  @Test
  @Order(2)
  void noFilterLetsAnotherSpaceThrough() {
    for (Space space : attacked()) {
      for (Filter filter : attacks()) {
        Set<UUID> dense =
            Set.copyOf(Samples.ids(result(store.index().dense(space, vector(9), 1_000, filter))));
        Set<UUID> words =
            Set.copyOf(
                Samples.ids(
                    result(store.index().lexical(space, "secret hive", "", 1_000, filter))));
        assertEquals(allOf(space), dense, () -> space + " " + filter);
        assertEquals(allOf(space), words, () -> space + " " + filter);
      }
    }
  }

  @Test
  @Order(3)
  void namingAnotherTenantInAFilterFindsNothing() {
    Space space = spaces.get(1);
    Set<Object> names = new LinkedHashSet<>(HOSTILE);
    names.add("t2");
    names.add("t3");
    for (String field :
        List.of("tenant", "space", "collection", "key", "_id", "metadata", "$tenant", "id")) {
      Filter filter = new Filter.OneOf(field, names);
      assertEquals(List.of(), result(store.index().dense(space, vector(9), 1_000, filter)), field);
      assertEquals(
          List.of(), result(store.index().lexical(space, "secret", "", 1_000, filter)), field);
    }
  }

  @Test
  @Order(4)
  void anotherSpacesWordsAndDocumentsAreNotFound() {
    Space space = spaces.get(1);
    for (String query :
        List.of(
            "number " + spaces.get(2).tenant().hashCode(),
            "secret OR space:t2",
            "t2 secret",
            "*",
            "secret\u0000t2")) {
      for (Scored hit : result(store.index().lexical(space, query, "", 1_000, Filter.NONE))) {
        assertEquals(true, allOf(space).contains(hit.chunk()), query);
      }
    }
    for (String document : List.of("*", "report.*", "%", "t2/report.pdf", "\u0000report.pdf")) {
      assertEquals(List.of(), result(store.index().chunksOf(space, document)), document);
    }
    for (Space attacked : attacked()) {
      assertEquals(
          List.of(own(attacked, 0)), result(store.index().chunksOf(attacked, "report.pdf")));
    }
  }

  @Test
  @Order(5)
  void namesThatAStoreCouldMixUpAreRefused() {
    for (String name : List.of("", "\ud800", "a\udc00b", "x".repeat(257))) {
      assertThrows(IllegalArgumentException.class, () -> new Space(name, COLLECTION));
      assertThrows(IllegalArgumentException.class, () -> new Space("t1", name));
    }
  }

  @Test
  @Order(6)
  void whoKnowsTheIdsOfAnotherSpaceChangesNothingThere() {
    Space attacker = new Space("attacker", COLLECTION);
    List<UUID> ids = new ArrayList<>();
    List<IndexedChunk> copies = new ArrayList<>();
    for (Space victim : attacked()) {
      ids.add(own(victim, 0));
    }
    ids.add(SHARED);
    result(store.index().remove(attacker, ids));
    new HashSet<>(ids).forEach(id -> copies.add(chunk(attacker, id, "stolen.pdf")));
    result(store.index().put(attacker, copies));
    assertEquals((long) copies.size(), result(store.index().size(attacker)));
    result(store.index().remove(attacker, ids.subList(0, 5)));
    result(store.index().drop(attacker));
    assertEquals(0L, result(store.index().size(attacker)));
    everySpaceHasItsOwnAndNothingElse();
  }

  @Test
  @Order(7)
  void aDropOfAHostileNameTakesOnlyThat() {
    for (String name : HOSTILE) {
      result(store.index().drop(new Space(name, COLLECTION)));
      result(store.index().drop(new Space("t1", name)));
      spaces.remove(new Space(name, COLLECTION));
      spaces.remove(new Space("t1", name));
    }
    everySpaceHasItsOwnAndNothingElse();
    assertEquals(0L, result(store.index().size(new Space("*", COLLECTION))));
  }
}
