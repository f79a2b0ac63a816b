package io.ruche.embedservice.query;

import io.ruche.embedservice.index.filter.Filter;
import io.ruche.http.Failure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a search out of JSON. Every flaw is a {@link Failure}, 422, that says where it is. */
public final class QueryReader {

  private static final int DEEPEST = 5;
  private static final int MOST_PARTS = 64;
  private static final int MOST_VALUES = 1_000;
  private static final Set<String> BOUNDS = Set.of("gt", "gte", "lt", "lte");

  private int parts;

  private QueryReader() {}

  /** Reads {@code query}, {@code mode}, {@code top}, {@code filter}, {@code explain}, ... */
  public static Query read(JsonObject json) {
    String text = json.getValue("query") instanceof String given ? given.strip() : "";
    if (text.isEmpty() || text.length() > Query.LONGEST) {
      throw flaw("/query", "must be a text of 1 to " + Query.LONGEST + " characters");
    }
    Object filter = json.getValue("filter");
    return new Query(
        text,
        mode(json.getValue("mode")),
        top(json.getValue("top"), Query.DEFAULT_TOP),
        filter == null
            ? Filter.NONE
            : new QueryReader().all(object(filter, "/filter"), "/filter", 0),
        flag(json, "explain"),
        flag(json, "rerank"));
  }

  /** A number of hits. */
  public static int top(@Nullable Object top, int otherwise) {
    if (top == null) {
      return otherwise;
    }
    if (top instanceof Integer number && number >= 1 && number <= Query.MOST) {
      return number;
    }
    throw flaw("/top", "must be a whole number of 1 to " + Query.MOST);
  }

  private static Query.Mode mode(@Nullable Object mode) {
    for (Query.Mode one : Query.Mode.values()) {
      if (mode == null || one.name().toLowerCase(Locale.ROOT).equals(mode)) {
        return mode == null ? Query.Mode.HYBRID : one;
      }
    }
    throw flaw("/mode", "must be dense, bm25 or hybrid");
  }

  private static boolean flag(JsonObject json, String name) {
    Object value = json.getValue(name);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw flaw("/" + name, "must be true or false");
  }

  /** An object's members must all hold. */
  private Filter all(JsonObject json, String where, int depth) {
    if (depth > DEEPEST) {
      throw flaw(where, "is nested deeper than " + DEEPEST + " levels");
    }
    List<Filter> parts = new ArrayList<>();
    for (Map.Entry<String, Object> member : json) {
      parts.add(part(member.getKey(), member.getValue(), where + "/" + member.getKey(), depth));
    }
    return parts.size() == 1 ? parts.getFirst() : new Filter.All(parts);
  }

  private Filter part(String name, @Nullable Object value, String where, int depth) {
    if (++parts > MOST_PARTS) {
      throw flaw(where, "is one condition too many; at most " + MOST_PARTS + " are taken");
    }
    return switch (name) {
      case "$and" -> new Filter.All(list(value, where, depth));
      case "$or" -> new Filter.Any(list(value, where, depth));
      case "$not" -> new Filter.Not(all(object(value, where), where, depth + 1));
      case "$document" -> documents(value, where);
      default -> {
        if (name.startsWith("$")) {
          throw flaw(where, "is no condition; there are $and, $or, $not and $document");
        }
        yield field(name, value, where);
      }
    };
  }

  private List<Filter> list(@Nullable Object value, String where, int depth) {
    if (!(value instanceof JsonArray array) || array.isEmpty()) {
      throw flaw(where, "must be a list of objects with at least one");
    }
    List<Filter> all = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      String at = where + "/" + i;
      all.add(all(object(array.getValue(i), at), at, depth + 1));
    }
    return all;
  }

  private static Filter documents(@Nullable Object value, String where) {
    Set<String> ids = new LinkedHashSet<>();
    for (Object one : values(value, where)) {
      if (!(one instanceof String id)) {
        throw flaw(where, "must be the id of a document or a list of ids");
      }
      ids.add(id);
    }
    return new Filter.Documents(ids);
  }

  private static Filter field(String name, @Nullable Object value, String where) {
    if (!(value instanceof JsonObject range)) {
      return new Filter.OneOf(name, new LinkedHashSet<>(values(value, where)));
    }
    if (range.size() == 1 && range.getValue("exists") instanceof Boolean exists) {
      Filter present = new Filter.Present(name);
      return exists ? present : new Filter.Not(present);
    }
    if (range.isEmpty() || !BOUNDS.containsAll(range.fieldNames())) {
      throw flaw(
          where,
          "must be a value, a list of values, {\"gte\": 1, \"lt\": 5} or {\"exists\": true}");
    }
    boolean above = range.containsKey("gte");
    boolean below = range.containsKey("lte");
    return new Filter.Between(
        name,
        bound(range, above ? "gte" : "gt", where),
        above,
        bound(range, below ? "lte" : "lt", where),
        below);
  }

  private static @Nullable Double bound(JsonObject range, String name, String where) {
    Object value = range.getValue(name);
    if (value == null && !range.containsKey(name)) {
      return null;
    }
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw flaw(where + "/" + name, "must be a number");
  }

  private static List<Object> values(@Nullable Object value, String where) {
    List<?> given = value instanceof JsonArray array ? array.getList() : one(value);
    if (given.isEmpty() || given.size() > MOST_VALUES) {
      throw flaw(where, "must have 1 to " + MOST_VALUES + " values");
    }
    List<Object> values = new ArrayList<>();
    for (Object item : given) {
      if (!(item instanceof String || item instanceof Number || item instanceof Boolean)) {
        throw flaw(where, "must be texts, numbers or booleans");
      }
      values.add(item);
    }
    return values;
  }

  private static List<?> one(@Nullable Object value) {
    return value == null ? List.of() : List.of(value);
  }

  private static JsonObject object(@Nullable Object value, String where) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw flaw(where, "must be an object");
  }

  private static Failure flaw(String where, String detail) {
    return Failure.unprocessable(
        where + " " + detail + ".", List.of(new Failure.Flaw(where, detail)));
  }
}
