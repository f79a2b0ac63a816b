package io.ruche.embedservice.index.qdrant;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import java.util.List;
import java.util.Map;

/** Qdrant's filters, as its documentation says. */
final class SimulatedFilter {

  private SimulatedFilter() {}

  static boolean met(Filter filter, PointStruct point) {
    return met(filter, point.getPayloadMap(), point.getId().getUuid());
  }

  private static boolean met(Filter filter, Map<String, Value> payload, String id) {
    return filter.getMustList().stream().allMatch(one -> met(one, payload, id))
        && filter.getMustNotList().stream().noneMatch(one -> met(one, payload, id))
        && (filter.getShouldCount() == 0
            || filter.getShouldList().stream().anyMatch(one -> met(one, payload, id)));
  }

  private static boolean met(Condition condition, Map<String, Value> payload, String id) {
    return switch (condition.getConditionOneOfCase()) {
      case FIELD -> field(condition.getField(), payload);
      case FILTER -> met(condition.getFilter(), payload, id);
      case HAS_ID ->
          condition.getHasId().getHasIdList().stream().anyMatch(one -> one.getUuid().equals(id));
      case NESTED ->
          values(payload.get(condition.getNested().getKey())).stream()
              .anyMatch(
                  element ->
                      met(
                          condition.getNested().getFilter(),
                          element.getStructValue().getFieldsMap(),
                          id));
      default -> throw new IllegalArgumentException("not simulated: " + condition);
    };
  }

  private static boolean field(FieldCondition field, Map<String, Value> payload) {
    List<Value> values = values(payload.get(field.getKey()));
    if (field.hasRange()) {
      return values.stream().anyMatch(value -> within(field.getRange(), value));
    }
    Match match = field.getMatch();
    return switch (match.getMatchValueCase()) {
      case KEYWORD ->
          values.stream().anyMatch(value -> value.getStringValue().equals(match.getKeyword()));
      case KEYWORDS ->
          values.stream()
              .anyMatch(
                  value -> match.getKeywords().getStringsList().contains(value.getStringValue()));
      default -> throw new IllegalArgumentException("not simulated: " + match);
    };
  }

  private static boolean within(Range range, Value value) {
    if (!value.hasDoubleValue() && !value.hasIntegerValue()) {
      return false;
    }
    double number = value.hasDoubleValue() ? value.getDoubleValue() : value.getIntegerValue();
    return (!range.hasGt() || number > range.getGt())
        && (!range.hasGte() || number >= range.getGte())
        && (!range.hasLt() || number < range.getLt())
        && (!range.hasLte() || number <= range.getLte());
  }

  private static List<Value> values(Value value) {
    if (value == null) {
      return List.of();
    }
    return value.hasListValue() ? value.getListValue().getValuesList() : List.of(value);
  }
}
