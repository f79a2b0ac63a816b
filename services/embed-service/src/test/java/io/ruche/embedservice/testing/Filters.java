package io.ruche.embedservice.testing;

import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.filter.Filter;
import java.util.List;

/** Filters as they are meant, value by value. */
final class Filters {

  private Filters() {}

  static boolean meets(Filter filter, IndexedChunk chunk) {
    return switch (filter) {
      case Filter.OneOf one -> values(chunk, one.field()).stream().anyMatch(one.values()::contains);
      case Filter.Between between ->
          values(chunk, between.field()).stream().anyMatch(value -> within(between, value));
      case Filter.Present present -> chunk.metadata().containsKey(present.field());
      case Filter.Documents documents -> documents.ids().contains(chunk.document());
      case Filter.All all -> all.parts().stream().allMatch(part -> meets(part, chunk));
      case Filter.Any any -> any.parts().stream().anyMatch(part -> meets(part, chunk));
      case Filter.Not not -> !meets(not.part(), chunk);
    };
  }

  private static List<?> values(IndexedChunk chunk, String field) {
    Object value = chunk.metadata().get(field);
    return value == null ? List.of() : value instanceof List<?> list ? list : List.of(value);
  }

  private static boolean within(Filter.Between between, Object value) {
    if (!(value instanceof Number number)) {
      return false;
    }
    double at = number.doubleValue();
    boolean above =
        between.from() == null
            || (between.fromIncluded() ? at >= between.from() : at > between.from());
    boolean below =
        between.to() == null || (between.toIncluded() ? at <= between.to() : at < between.to());
    return above && below;
  }
}
