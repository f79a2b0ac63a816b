package io.ruche.embedservice.query;

import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.index.filter.FilterException;
import io.ruche.embedservice.index.filter.FilterReader;
import io.ruche.embedservice.search.Mode;
import io.ruche.embedservice.search.SearchRequest;
import io.ruche.http.Failure;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a search out of JSON. Every flaw is a {@link Failure}, 422, that says where it is. */
public final class QueryReader {

  /** Hits without a {@code top}. */
  private static final int DEFAULT_TOP = 10;

  private QueryReader() {}

  /** Reads {@code query}, {@code mode}, {@code top}, {@code filter}, {@code explain}, ... */
  public static SearchRequest read(JsonObject json) {
    String text = json.getValue("query") instanceof String given ? given.strip() : "";
    return new SearchRequest(
        text,
        mode(json.getValue("mode")),
        top(json.getValue("top"), DEFAULT_TOP),
        filter(json.getValue("filter")),
        "",
        flag(json, "explain"),
        flag(json, "rerank"));
  }

  /** A number of hits. */
  public static int top(@Nullable Object top, int otherwise) {
    if (top == null) {
      return otherwise;
    }
    if (top instanceof Integer number && number >= 1 && number <= SearchRequest.MOST_HITS) {
      return number;
    }
    throw flaw("/top", "must be a whole number of 1 to " + SearchRequest.MOST_HITS);
  }

  /** A filter as an object; null lets everything through. */
  public static Filter filter(@Nullable Object filter) {
    if (filter == null) {
      return Filter.NONE;
    }
    if (!(filter instanceof JsonObject json)) {
      throw flaw("/filter", "must be an object, such as {\"type\": \"invoice\"}");
    }
    try {
      return FilterReader.read(Plain.map(json));
    } catch (FilterException wrong) {
      throw flaw("/filter" + wrong.pointer(), wrong.getMessage());
    }
  }

  private static Mode mode(@Nullable Object mode) {
    for (Mode one : Mode.values()) {
      if (mode == null || one.name().toLowerCase(Locale.ROOT).equals(mode)) {
        return mode == null ? Mode.HYBRID : one;
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

  private static Failure flaw(String where, @Nullable String detail) {
    return Failure.unprocessable(
        where + ": " + detail + ".", List.of(new Failure.Flaw(where, String.valueOf(detail))));
  }
}
