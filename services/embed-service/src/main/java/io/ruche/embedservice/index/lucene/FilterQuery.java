package io.ruche.embedservice.index.lucene;

import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.index.filter.Filter.All;
import io.ruche.embedservice.index.filter.Filter.Any;
import io.ruche.embedservice.index.filter.Filter.Between;
import io.ruche.embedservice.index.filter.Filter.Documents;
import io.ruche.embedservice.index.filter.Filter.Not;
import io.ruche.embedservice.index.filter.Filter.OneOf;
import io.ruche.embedservice.index.filter.Filter.Present;
import io.ruche.embedservice.index.filter.MetadataTerms;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/** A filter as a query of one space. */
final class FilterQuery {

  private static final Query NOTHING = new MatchNoDocsQuery();

  private final SpaceTerms terms;

  private FilterQuery(SpaceTerms terms) {
    this.terms = terms;
  }

  /** What is in the space and meets the filter. There is no other way to a query. */
  static Query of(SpaceTerms terms, Filter filter) {
    Query space = new TermQuery(terms.space());
    if (filter.equals(Filter.NONE)) {
      return space;
    }
    return new BooleanQuery.Builder()
        .add(space, Occur.FILTER)
        .add(new FilterQuery(terms).met(filter), Occur.FILTER)
        .build();
  }

  private Query met(Filter filter) {
    return switch (filter) {
      case OneOf(String field, var values) ->
          in(
              SpaceTerms.METADATA,
              values.stream()
                  .map(value -> MetadataTerms.equal(field, value))
                  .filter(Objects::nonNull)
                  .map(term -> terms.metadata(term).bytes())
                  .toList());
      case Present(String field) -> new TermQuery(terms.metadata(MetadataTerms.present(field)));
      case Documents(var ids) ->
          in(SpaceTerms.DOCUMENT, ids.stream().map(id -> terms.document(id).bytes()).toList());
      case Between between -> range(between);
      case All(List<Filter> parts) -> {
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        all.add(new TermQuery(terms.space()), Occur.FILTER);
        parts.forEach(part -> all.add(met(part), Occur.FILTER));
        yield all.build();
      }
      case Any(List<Filter> parts) -> {
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        parts.forEach(part -> any.add(met(part), Occur.SHOULD));
        yield parts.isEmpty() ? NOTHING : any.build();
      }
      case Not(Filter part) ->
          new BooleanQuery.Builder()
              .add(new TermQuery(terms.space()), Occur.FILTER)
              .add(met(part), Occur.MUST_NOT)
              .build();
    };
  }

  private static Query in(String field, Collection<BytesRef> values) {
    return switch (values.size()) {
      case 0 -> NOTHING;
      case 1 -> new TermQuery(new Term(field, values.iterator().next()));
      default -> new TermInSetQuery(field, values);
    };
  }

  private Query range(Between between) {
    double from = between.from() == null ? Double.NEGATIVE_INFINITY : between.from() + 0.0;
    double to = between.to() == null ? Double.POSITIVE_INFINITY : between.to() + 0.0;
    double least = between.from() == null || between.fromIncluded() ? from : Math.nextUp(from);
    double most = between.to() == null || between.toIncluded() ? to : Math.nextDown(to);
    if (!(least <= most)) {
      return NOTHING;
    }
    // Next to zero there are two zeros; a number's own is the positive one.
    return BinaryPoint.newRangeQuery(
        SpaceTerms.NUMBER,
        terms.number(between.field(), least == 0 ? 0.0 : least),
        terms.number(between.field(), most == 0 ? 0.0 : most));
  }
}
