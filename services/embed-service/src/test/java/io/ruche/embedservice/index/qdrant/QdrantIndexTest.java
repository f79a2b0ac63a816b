package io.ruche.embedservice.index.qdrant;

import static io.ruche.embedservice.index.Samples.chunk;
import static io.ruche.embedservice.index.Samples.id;
import static io.ruche.embedservice.index.Samples.result;
import static io.ruche.embedservice.index.Samples.vector;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Modifier;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.ruche.config.Secret;
import io.ruche.embedservice.index.ChunkIndex;
import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Samples;
import io.ruche.embedservice.index.Space;
import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class QdrantIndexTest {

  private static final Space SPACE = new Space("azoth", "docs");
  private static final io.ruche.embedservice.index.filter.Filter NONE =
      io.ruche.embedservice.index.filter.Filter.NONE;

  private QdrantUnderTest store;

  @BeforeEach
  void open() throws Exception {
    store = new QdrantUnderTest();
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private ChunkIndex index() {
    return store.index();
  }

  private QdrantIndex other(QdrantConfig config, int dimensions) {
    return new QdrantIndex(store.vertx(), config, QdrantUnderTest.COLLECTION, dimensions);
  }

  private QdrantConfig config(String key, int exact) {
    return new QdrantConfig(
        URI.create("http://127.0.0.1:" + store.simulator().port()),
        new Secret(key),
        Duration.ofSeconds(5),
        exact,
        24,
        128,
        100,
        1_000);
  }

  @Test
  void everyRequestNamesTheSpaceAndEveryWriteWaits() {
    result(index().put(SPACE, List.of(chunk("a", 0, "words"))));
    result(index().dense(SPACE, vector(1), 10, NONE));
    result(index().lexical(SPACE, "words", "", 10, NONE));
    result(
        index()
            .dense(
                SPACE,
                vector(1),
                10,
                new io.ruche.embedservice.index.filter.Filter.Any(List.of(NONE))));
    result(index().chunksOf(SPACE, "a"));
    result(index().size(SPACE));
    result(index().remove(SPACE, List.of(id("a", 0))));
    result(index().drop(SPACE));
    List<Filter> filters = store.simulator().points().filters();
    assertTrue(filters.size() >= 7);
    for (Filter filter : filters) {
      assertEquals(Conditions.space(SPACE), filter.getMust(0));
      assertEquals(0, filter.getShouldCount());
    }
    assertFalse(store.simulator().points().waits().contains(false));
  }

  @Test
  void theCollectionHasAGraphForEachSpaceAndNoneOverAll() {
    SimulatedCollection made = store.simulator().collections().get(QdrantUnderTest.COLLECTION);
    CreateCollection definition = made.definition();
    assertEquals(0, definition.getHnswConfig().getM());
    assertEquals(24, definition.getHnswConfig().getPayloadM());
    assertEquals(
        Modifier.Idf, definition.getSparseVectorsConfig().getMapOrThrow("words").getModifier());
    assertTrue(
        made.indexes().get("space").getFieldIndexParams().getKeywordIndexParams().getIsTenant());
    assertEquals(
        Set.of("space", "document", "terms", "numbers[].field", "numbers[].value"),
        made.indexes().keySet());
  }

  @Test
  void aSmallSpaceIsComparedWholeAndALargeOneByItsGraph() {
    QdrantIndex graph = other(config("right", 1), Samples.DIMENSIONS);
    result(graph.start());
    result(graph.put(SPACE, List.of(chunk("a", 0, "words"))));
    result(graph.dense(SPACE, vector(1), 10, NONE));
    assertTrue(last().getParams().getExact());
    Space large = new Space("azoth", "large");
    result(graph.put(large, List.of(chunk("a", 0, "words"), chunk("b", 0, "words"))));
    result(graph.dense(large, vector(1), 10, NONE));
    assertFalse(last().getParams().getExact());
    assertEquals(100, last().getParams().getHnswEf());
    result(graph.stop());
  }

  private QueryPoints last() {
    return store.simulator().points().queries().getLast();
  }

  @Test
  void anotherKeyIsRefusedAndSaidSo() {
    QdrantIndex wrong = other(config("wrong", 10), Samples.DIMENSIONS);
    result(wrong.start());
    assertEquals(Dependency.State.DOWN, wrong.state().state());
    assertTrue(wrong.state().detail().contains("RUCHE_QDRANT_API_KEY"));
    assertFalse(wrong.state().detail().contains("wrong"));
    Failure failure = assertThrows(Failure.class, () -> result(wrong.size(SPACE)));
    assertEquals(503, failure.status());
    result(wrong.stop());
  }

  @Test
  void aCollectionOfOtherDimensionsIsNotUsed() {
    QdrantIndex wrong = other(config("right", 10), Samples.DIMENSIONS + 1);
    result(wrong.start());
    assertEquals(Dependency.State.DOWN, wrong.state().state());
    assertTrue(wrong.state().detail().contains("16"), wrong.state().detail());
    assertThrows(Failure.class, () -> result(wrong.size(SPACE)));
    result(wrong.stop());
  }

  @Test
  void whileItIsAwayCallsFailAndThenGoOn() throws Exception {
    result(index().put(SPACE, List.of(chunk("a", 0, "words"))));
    int port = store.simulator().goAway();
    Failure failure = assertThrows(Failure.class, () -> result(index().size(SPACE)));
    assertEquals(503, failure.status());
    assertTrue(failure.headers().containsKey("Retry-After"));
    assertEquals(Dependency.State.DOWN, index().state().state());
    store.simulator().comeBack(port);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> index().state().state() == Dependency.State.UP);
    assertEquals(1L, result(index().size(SPACE)));
  }

  @Test
  void itStartsWithoutQdrant() throws Exception {
    QdrantConfig config = config("right", 10);
    int port = store.simulator().goAway();
    QdrantIndex early = other(config, Samples.DIMENSIONS);
    result(early.start());
    assertEquals(Dependency.State.DOWN, early.state().state());
    store.simulator().comeBack(port);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> early.state().state() == Dependency.State.UP);
    result(early.put(SPACE, List.of(chunk("a", 0, "words"))));
    result(early.stop());
  }

  @Test
  void aLostCollectionIsMadeAgain() {
    result(index().put(SPACE, List.of(chunk("a", 0, "words"))));
    store.simulator().collections().clear();
    assertThrows(Failure.class, () -> result(index().size(SPACE)));
    result(index().put(SPACE, List.of(chunk("b", 0, "words"))));
    assertEquals(1L, result(index().size(SPACE)));
  }

  @Test
  void tooMuchToWriteIsRefused() throws Exception {
    QdrantIndex small = other(config("right", 10), Samples.DIMENSIONS);
    result(small.start());
    List<IndexedChunk> many =
        IntStream.range(0, 900).mapToObj(i -> chunk("d", i, "words")).toList();
    Future<Void> first = small.put(SPACE, many);
    Failure failure = assertThrows(Failure.class, () -> result(small.put(SPACE, many)));
    assertEquals(503, failure.status());
    result(first);
    result(small.put(SPACE, many));
    result(small.stop());
  }

  @Test
  void theConfigurationIsChecked() {
    Map<String, String> wrong =
        Map.of("ftp", "ftp://qdrant", "path", "/qdrant", "host", "http:///");
    wrong
        .values()
        .forEach(
            url ->
                assertThrows(
                    IllegalArgumentException.class, () -> QdrantConfig.at(URI.create(url), null)));
    assertEquals(6_334, QdrantConfig.port(URI.create("http://qdrant")));
    assertFalse(
        QdrantConfig.at(URI.create("http://q"), new Secret("s3cr3t"))
            .toString()
            .contains("s3cr3t"));
  }
}
