package io.ruche.embedservice.index.qdrant;

import static io.qdrant.client.ConditionFactory.filter;
import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.matchKeywords;
import static io.qdrant.client.ConditionFactory.nested;
import static io.qdrant.client.ConditionFactory.range;

import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Range;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.index.filter.Filter.All;
import io.ruche.embedservice.index.filter.Filter.Any;
import io.ruche.embedservice.index.filter.Filter.Between;
import io.ruche.embedservice.index.filter.Filter.Documents;
import io.ruche.embedservice.index.filter.Filter.Not;
import io.ruche.embedservice.index.filter.Filter.OneOf;
import io.ruche.embedservice.index.filter.Filter.Present;
import io.ruche.embedservice.index.filter.MetadataTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Filters as Qdrant's conditions. Metadata are terms of one field and numbers of another, so that a
 * caller's name of a field is a value here and never one of Qdrant's paths.
 */
final class Conditions {

  static final String SPACE = "space";
  static final String CHUNK = "chunk";
  static final String DOCUMENT = "document";
  static final String TERMS = "terms";
  static final String NUMBERS = "numbers";
  static final String NUMBER_FIELD = "field";
  static final String NUMBER_VALUE = "value";

  /** No metadata has it: a term begins with a letter. */
  private static final String NO_TERM = "!";

  private final Condition space;

  private Conditions(Space space) {
    this.space = matchKeyword(SPACE, space.key());
  }

  /** What is of a space. */
  static Condition space(Space space) {
    return new Conditions(space).space;
  }

  /** What meets a filter; of use beside {@link #space} only. */
  static Condition met(Space space, Filter filter) {
    return new Conditions(space).met(filter);
  }

  private Condition met(Filter filter) {
    return switch (filter) {
      case OneOf(String field, var values) ->
          any(
              TERMS,
              values.stream()
                  .map(value -> MetadataTerms.equal(field, value))
                  .filter(Objects::nonNull)
                  .toList());
      case Present(String field) -> matchKeyword(TERMS, MetadataTerms.present(field));
      case Documents(var ids) -> any(DOCUMENT, List.copyOf(ids));
      case Between between -> between(between);
      case All(List<Filter> parts) -> parts.isEmpty() ? space : filter(must(parts));
      case Any(List<Filter> parts) ->
          parts.isEmpty()
              ? nothing()
              : filter(
                  Common.Filter.newBuilder()
                      .addAllShould(parts.stream().map(this::met).toList())
                      .build());
      case Not(Filter part) -> filter(Common.Filter.newBuilder().addMustNot(met(part)).build());
    };
  }

  private Common.Filter must(List<Filter> parts) {
    return Common.Filter.newBuilder().addAllMust(parts.stream().map(this::met).toList()).build();
  }

  private static Condition any(String field, List<String> values) {
    return values.isEmpty() ? nothing() : matchKeywords(field, values);
  }

  private static Condition nothing() {
    return matchKeyword(TERMS, NO_TERM);
  }

  private static Condition between(Between between) {
    Range.Builder range = Range.newBuilder();
    Double from = between.from();
    Double to = between.to();
    if (from != null) {
      if (between.fromIncluded()) {
        range.setGte(from);
      } else {
        range.setGt(from);
      }
    }
    if (to != null) {
      if (between.toIncluded()) {
        range.setLte(to);
      } else {
        range.setLt(to);
      }
    }
    List<Condition> both = new ArrayList<>();
    both.add(matchKeyword(NUMBER_FIELD, between.field()));
    if (from != null || to != null) {
      both.add(range(NUMBER_VALUE, range.build()));
    }
    return nested(NUMBERS, Common.Filter.newBuilder().addAllMust(both).build());
  }
}
