package io.ruche.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mistakes in records are found at the first load, whatever the user configured. */
class RecordShapesTest {

  record UnknownType(Date date) {}

  record UnknownGeneric(Set<String> set) {}

  record UnknownKey(Map<Integer, String> map) {}

  record WrongDefault(@Default("abc") int port) {}

  record WrongListDefault(@Default("1,b") List<Integer> ports) {}

  record DefaultOfRecord(@Default("{}") Leaf leaf) {}

  record VariableOfMap(@Variable("RUCHE_MAP") Map<String, String> map) {}

  record VariableInMap(Map<String, Leaf> leaves) {}

  record VariableInList(List<Leaf> leaves) {}

  record NamedLeaf(@Variable("{NAME}_KEY") String value) {}

  record NameOutsideOfAMap(NamedLeaf leaf) {}

  record NameInAListOfAMap(Map<String, List<NamedLeaf>> leaves) {}

  record VariableTwice(Leaf one, Leaf two) {}

  record VariableOfFile(@Variable("RUCHE_LOG_FILE") String log) {}

  record VariableMisnamed(@Variable("ruche-log") String log) {}

  record Endless(@Nullable Endless next) {}

  record Leaf(@Variable("RUCHE_LEAF") String value) {}

  record Named(int port, String idleTimeout, String apiV2Url, String s3Url) {}

  static List<Class<? extends Record>> wrong() {
    return List.of(
        UnknownType.class,
        UnknownGeneric.class,
        UnknownKey.class,
        WrongDefault.class,
        WrongListDefault.class,
        DefaultOfRecord.class,
        VariableOfMap.class,
        VariableInMap.class,
        VariableInList.class,
        NameOutsideOfAMap.class,
        NameInAListOfAMap.class,
        VariableTwice.class,
        VariableOfFile.class,
        VariableMisnamed.class,
        Endless.class);
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void refusesARecordThatCannotBeSettings(Class<? extends Record> type) {
    assertThrows(IllegalArgumentException.class, () -> RecordShapes.of(type));
  }

  @Test
  void namesThePlaceOfAMistake() {
    assertEquals(
        "WrongDefault.port has a default that is not a whole number",
        assertThrows(IllegalArgumentException.class, () -> RecordShapes.of(WrongDefault.class))
            .getMessage());
  }

  @Test
  void writesKeysInKebabCase() {
    assertEquals(
        List.of("port", "idle-timeout", "api-v2-url", "s3-url"),
        RecordShapes.of(Named.class).keys());
  }
}
