package io.ruche.embedservice.index.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FilterReaderTest {

  private static Filter read(Map<String, Object> json) {
    return FilterReader.read(json);
  }

  private static FilterException refused(Map<String, Object> json) {
    return assertThrows(FilterException.class, () -> FilterReader.read(json));
  }

  private static Map<String, Object> one(String name, @Nullable Object value) {
    return Collections.singletonMap(name, value);
  }

  @Test
  void valuesListsBoundsAndPresence() {
    assertEquals(Filter.NONE, read(Map.of()));
    assertEquals(new Filter.OneOf("type", Set.of("a")), read(Map.of("type", "a")));
    assertEquals(
        new Filter.OneOf("type", Set.of("a", 1, true)),
        read(Map.of("type", List.of("a", 1, true))));
    assertEquals(
        new Filter.Between("year", 2.0, true, 3.5, false),
        read(Map.of("year", Map.of("gte", 2, "lt", 3.5))));
    assertEquals(
        new Filter.Between("year", 2.0, false, null, false), read(Map.of("year", Map.of("gt", 2))));
    assertEquals(new Filter.Present("a"), read(Map.of("a", Map.of("exists", true))));
    assertEquals(
        new Filter.Not(new Filter.Present("a")), read(Map.of("a", Map.of("exists", false))));
    assertEquals(new Filter.Documents(Set.of("x")), read(Map.of("$document", "x")));
  }

  @Test
  void severalFieldsAllHold() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("a", 1);
    json.put("$not", Map.of("b", 2));
    assertEquals(
        new Filter.All(
            List.of(
                new Filter.OneOf("a", Set.of(1)),
                new Filter.Not(new Filter.OneOf("b", Set.of(2))))),
        read(json));
  }

  @Test
  void aFieldWithADollarIsWrittenWithTwo() {
    assertEquals(new Filter.OneOf("$and", Set.of(1)), read(Map.of("$$and", 1)));
  }

  @Test
  void errorsPointToThePlace() {
    assertEquals("/a", refused(one("a", null)).pointer());
    assertEquals("/a/1", refused(Map.of("a", List.of("x", List.of()))).pointer());
    assertEquals("/a", refused(Map.of("a", List.of())).pointer());
    assertEquals("/a", refused(Map.of("a", Map.of())).pointer());
    assertEquals("/a/eq", refused(Map.of("a", Map.of("eq", 1))).pointer());
    assertEquals("/a/gte", refused(Map.of("a", Map.of("gte", "1"))).pointer());
    assertEquals("/a", refused(Map.of("a", Map.of("exists", "yes"))).pointer());
    assertEquals("/a", refused(Map.of("a", Map.of("exists", true, "gt", 1))).pointer());
    assertEquals("/$nor", refused(Map.of("$nor", List.of())).pointer());
    assertEquals("/$or", refused(Map.of("$or", Map.of("a", 1))).pointer());
    assertEquals("/$or", refused(Map.of("$or", List.of())).pointer());
    assertEquals("/$or/0", refused(Map.of("$or", List.of("a"))).pointer());
    assertEquals(
        "/$or/1/x~1y~0z", refused(Map.of("$or", List.of(Map.of(), one("x/y~z", null)))).pointer());
    assertEquals("/$not", refused(Map.of("$not", List.of())).pointer());
    assertEquals("/$document", refused(Map.of("$document", 7)).pointer());
    assertEquals("/", refused(Map.of("", 7)).pointer());
    assertEquals("/a", refused(Map.of("a", Double.NaN)).pointer());
    assertThrows(
        FilterException.class,
        () -> read(new LinkedHashMap<>(Map.of("a", Map.of("gt", 1, "gte", 2)))));
  }

  @Test
  void depthAndSizeAreBounded() {
    Map<String, Object> deep = Map.of("a", 1);
    for (int i = 0; i < FilterReader.DEEPEST - 1; i++) {
      deep = Map.of("$not", deep);
    }
    read(deep);
    Map<String, Object> deeper = Map.of("$not", deep);
    refused(deeper);
    refused(Map.of("a", IntStream.range(0, FilterReader.LARGEST + 1).boxed().toList()));
    refused(Map.of("$document", Collections.nCopies(FilterReader.LARGEST + 1, "x")));
    List<Object> many = new ArrayList<>(Collections.nCopies(600, Map.of("a", 1)));
    refused(Map.of("$or", many));
    refused(Map.of("x".repeat(257), 1));
  }
}
