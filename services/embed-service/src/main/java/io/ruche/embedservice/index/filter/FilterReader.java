package io.ruche.embedservice.index.filter;

import io.ruche.embedservice.index.filter.Filter.All;
import io.ruche.embedservice.index.filter.Filter.Any;
import io.ruche.embedservice.index.filter.Filter.Between;
import io.ruche.embedservice.index.filter.Filter.Documents;
import io.ruche.embedservice.index.filter.Filter.Not;
import io.ruche.embedservice.index.filter.Filter.OneOf;
import io.ruche.embedservice.index.filter.Filter.Present;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Filters as callers write them in JSON:
 *
 * <pre>{@code
 * {"type": "invoice",                       the value, or one of the values when it is a list
 *  "year": {"gte": 2020, "lt": 2024},       gt, gte, lt, lte: numbers
 *  "author": {"exists": true},
 *  "$document": ["a.pdf", "b.pdf"],         ids of documents
 *  "$or": [{...}, {...}], "$and": [...], "$not": {...}}
 * }</pre>
 *
 * <p>Everything that one object names must hold. A field whose own name begins with {@code $} is
 * written with one {@code $} more.
 */
public final class FilterReader {

  /** Objects and lists within each other. */
  static final int DEEPEST = 10;

  /** Conditions and values together. */
  static final int LARGEST = 1_000;

  private static final int LONGEST_FIELD = 256;

  private int size;

  private FilterReader() {}

  /**
   * Reads a filter; an empty one lets everything through.
   *
   * @param json maps, lists, texts, numbers, booleans
   * @throws FilterException when it is none
   */
  public static Filter read(Map<String, Object> json) {
    return new FilterReader().object(json, "", 1);
  }

  private Filter object(Map<?, ?> json, String at, int depth) {
    if (depth > DEEPEST) {
      throw new FilterException(at, "a filter is at most " + DEEPEST + " levels deep");
    }
    List<Filter> parts = new ArrayList<>();
    for (Map.Entry<?, ?> entry : json.entrySet()) {
      String name = String.valueOf(entry.getKey());
      Object value = entry.getValue();
      String place = at + "/" + escaped(name);
      grow(place);
      parts.add(part(name, value, place, depth));
    }
    return parts.isEmpty() ? Filter.NONE : parts.size() == 1 ? parts.getFirst() : new All(parts);
  }

  private Filter part(String name, @Nullable Object value, String at, int depth) {
    return switch (name) {
      case "$and" -> new All(list(value, at, depth));
      case "$or" -> new Any(list(value, at, depth));
      case "$not" -> {
        if (!(value instanceof Map<?, ?> inner)) {
          throw new FilterException(at, "$not has a filter, such as {\"type\": \"invoice\"}");
        }
        yield new Not(object(inner, at, depth + 1));
      }
      case "$document" -> documents(value, at);
      default -> {
        if (name.startsWith("$") && !name.startsWith("$$")) {
          throw new FilterException(
              at, "the operators are $and, $or, $not and $document; a field $x is written $$x");
        }
        yield field(name.startsWith("$") ? name.substring(1) : name, value, at);
      }
    };
  }

  private List<Filter> list(@Nullable Object value, String at, int depth) {
    if (!(value instanceof List<?> items) || items.isEmpty()) {
      throw new FilterException(at, "here is a list of filters, with at least one");
    }
    List<Filter> parts = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      String place = at + "/" + i;
      grow(place);
      if (!(items.get(i) instanceof Map<?, ?> inner)) {
        throw new FilterException(place, "here is a filter, such as {\"type\": \"invoice\"}");
      }
      parts.add(object(inner, place, depth + 1));
    }
    return parts;
  }

  private Filter documents(@Nullable Object value, String at) {
    Set<String> ids = new LinkedHashSet<>();
    for (Object one : value instanceof List<?> several ? several : listOf(value)) {
      grow(at);
      if (!(one instanceof String id)) {
        throw new FilterException(at, "$document has the id of a document, or a list of them");
      }
      ids.add(id);
    }
    if (ids.isEmpty()) {
      throw new FilterException(at, "$document has at least one id");
    }
    return new Documents(ids);
  }

  private Filter field(String name, @Nullable Object value, String at) {
    if (name.isEmpty() || name.length() > LONGEST_FIELD) {
      throw new FilterException(
          at, "the name of a field has 1 to %d characters".formatted(LONGEST_FIELD));
    }
    if (value instanceof Map<?, ?> conditions) {
      return condition(name, conditions, at);
    }
    Set<Object> values = new LinkedHashSet<>();
    if (value instanceof List<?> several) {
      for (int i = 0; i < several.size(); i++) {
        values.add(scalar(several.get(i), at + "/" + i));
      }
    } else {
      values.add(scalar(value, at));
    }
    if (values.isEmpty()) {
      throw new FilterException(at, "a list of values has at least one");
    }
    return new OneOf(name, values);
  }

  private Object scalar(@Nullable Object value, String at) {
    grow(at);
    if (value instanceof String || value instanceof Boolean || finite(value)) {
      return Objects.requireNonNull(value);
    }
    throw new FilterException(
        at,
        value == null
            ? "null is no value; a field that is absent is {\"$not\": {\"field\": {\"exists\":"
                + " true}}}"
            : "a value is a text, a number or a boolean");
  }

  private Filter condition(String name, Map<?, ?> conditions, String at) {
    if (conditions.containsKey("exists")) {
      if (conditions.size() > 1 || !(conditions.get("exists") instanceof Boolean exists)) {
        throw new FilterException(at, "exists stands alone, with true or false");
      }
      return exists ? new Present(name) : new Not(new Present(name));
    }
    Double from = null;
    Double to = null;
    boolean fromIncluded = false;
    boolean toIncluded = false;
    for (Map.Entry<?, ?> entry : conditions.entrySet()) {
      String operator = String.valueOf(entry.getKey());
      String place = at + "/" + escaped(operator);
      switch (operator) {
        case "gt", "gte" -> {
          from = bound(entry.getValue(), from, place);
          fromIncluded = operator.equals("gte");
        }
        case "lt", "lte" -> {
          to = bound(entry.getValue(), to, place);
          toIncluded = operator.equals("lte");
        }
        default ->
            throw new FilterException(
                place, "the conditions are gt, gte, lt, lte with a number, and exists");
      }
    }
    if (from == null && to == null) {
      throw new FilterException(at, "here is a value, or {\"gte\": 1, \"lt\": 5}");
    }
    return new Between(name, from, fromIncluded, to, toIncluded);
  }

  private static Double bound(@Nullable Object value, @Nullable Double other, String at) {
    if (other != null) {
      throw new FilterException(at, "one lower and one upper bound, not two of a kind");
    }
    if (!finite(value)) {
      throw new FilterException(at, "a bound is a number");
    }
    return ((Number) Objects.requireNonNull(value)).doubleValue();
  }

  private static boolean finite(@Nullable Object value) {
    return value instanceof Number number && Double.isFinite(number.doubleValue());
  }

  private static List<?> listOf(@Nullable Object value) {
    return value == null ? List.of() : List.of(value);
  }

  private void grow(String at) {
    if (++size > LARGEST) {
      throw new FilterException(
          at, "a filter has at most " + LARGEST + " conditions and values together");
    }
  }

  private static String escaped(String name) {
    String shown = name.length() > 80 ? name.substring(0, 80) + "..." : name;
    return shown.replace("~", "~0").replace("/", "~1");
  }
}
