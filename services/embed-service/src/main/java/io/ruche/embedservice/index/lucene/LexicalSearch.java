package io.ruche.embedservice.index.lucene;

import io.ruche.embedservice.index.text.Language;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.jspecify.annotations.Nullable;

/** BM25 within one space: how rare a word is and how long chunks are is counted there only. */
final class LexicalSearch extends IndexSearcher {

  private final SpaceTerms terms;

  LexicalSearch(IndexReader reader, SpaceTerms terms) {
    super(reader);
    this.terms = terms;
    setQueryCache(null);
    setSimilarity(new BM25Similarity());
  }

  /** The best hits, the best first. */
  List<ScoreDoc> search(Query among, String query, String language, int top) throws IOException {
    BooleanQuery.Builder words = new BooleanQuery.Builder();
    boolean any = false;
    for (Language searched : Language.searched(language)) {
      if (getIndexReader().docFreq(terms.length(searched)) == 0) {
        continue;
      }
      for (String word : searched.queryTerms(query)) {
        words.add(new TermQuery(terms.word(searched, word)), Occur.SHOULD);
        any = true;
      }
    }
    if (!any) {
      return List.of();
    }
    words.add(among, Occur.FILTER).setMinimumNumberShouldMatch(1);
    return List.of(search(words.build(), top).scoreDocs);
  }

  @Override
  public @Nullable CollectionStatistics collectionStatistics(String field) throws IOException {
    for (Language language : Language.values()) {
      if (SpaceTerms.words(language).equals(field)) {
        Term length = terms.length(language);
        long chunks = getIndexReader().docFreq(length);
        long words = getIndexReader().totalTermFreq(length);
        return chunks == 0
            ? null
            : new CollectionStatistics(
                field, getIndexReader().maxDoc(), chunks, Math.max(words, chunks), chunks);
      }
    }
    return super.collectionStatistics(field);
  }
}
