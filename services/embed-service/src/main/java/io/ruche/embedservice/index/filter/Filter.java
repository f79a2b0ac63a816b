package io.ruche.embedservice.index.filter;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the metadata of a hit must be. A field with a list of values is met by any of them. */
public sealed interface Filter {

  /** Met by everything. */
  Filter NONE = new All(List.of());

  /**
   * The field has one of these values.
   *
   * @param values texts, numbers or booleans; at least one
   */
  record OneOf(String field, Set<Object> values) implements Filter {}

  /** The field is a number between two bounds; null for none. */
  record Between(
      String field,
      @Nullable Double from,
      boolean fromIncluded,
      @Nullable Double to,
      boolean toIncluded)
      implements Filter {}

  /** The field is there. */
  record Present(String field) implements Filter {}

  /** The chunk is of one of these documents. */
  record Documents(Set<String> ids) implements Filter {}

  /** Every one of them holds. */
  record All(List<Filter> parts) implements Filter {}

  /** At least one of them holds. */
  record Any(List<Filter> parts) implements Filter {}

  /** It does not hold. */
  record Not(Filter part) implements Filter {}
}
