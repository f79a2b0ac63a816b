package io.ruche.embedservice.index.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.VectorUtil;

/**
 * The nearest vectors among those that a query lets through. Up to a number of them each is
 * compared, which is exact; beyond it the graph is searched.
 */
final class DenseSearch {

  private static final Comparator<ScoreDoc> WORST_FIRST =
      Comparator.comparingDouble((ScoreDoc hit) -> hit.score)
          .thenComparing(hit -> hit.doc, Comparator.reverseOrder());

  private final IndexSearcher searcher;
  private final LuceneConfig config;

  DenseSearch(IndexSearcher searcher, LuceneConfig config) {
    this.searcher = searcher;
    this.config = config;
  }

  /** The best hits, the best first, with their cosine. */
  List<ScoreDoc> search(Query among, float[] vector, int top) throws IOException {
    return searcher.count(among) <= config.exactChunks()
        ? exact(among, vector, top)
        : graph(among, vector, top);
  }

  private List<ScoreDoc> graph(Query among, float[] vector, int top) throws IOException {
    int candidates = Math.max(top, config.searchCandidates());
    Query query = new KnnFloatVectorQuery(SpaceTerms.VECTOR, vector, candidates, among);
    List<ScoreDoc> hits = new ArrayList<>();
    for (ScoreDoc hit : searcher.search(query, top).scoreDocs) {
      hits.add(new ScoreDoc(hit.doc, 2 * hit.score - 1)); // Lucene scores (1 + cosine) / 2
    }
    return hits;
  }

  private List<ScoreDoc> exact(Query among, float[] vector, int top) throws IOException {
    PriorityQueue<ScoreDoc> best = new PriorityQueue<>(top + 1, WORST_FIRST);
    Weight weight = searcher.createWeight(searcher.rewrite(among), ScoreMode.COMPLETE_NO_SCORES, 1);
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      Scorer matching = weight.scorer(leaf);
      FloatVectorValues vectors = leaf.reader().getFloatVectorValues(SpaceTerms.VECTOR);
      if (matching != null && vectors != null) {
        compare(leaf, matching.iterator(), vectors, vector, top, best);
      }
    }
    List<ScoreDoc> hits = new ArrayList<>(best);
    hits.sort(WORST_FIRST.reversed());
    return hits;
  }

  private static void compare(
      LeafReaderContext leaf,
      DocIdSetIterator matching,
      FloatVectorValues vectors,
      float[] vector,
      int top,
      PriorityQueue<ScoreDoc> best)
      throws IOException {
    Bits live = leaf.reader().getLiveDocs();
    DocIndexIterator places = vectors.iterator();
    for (int doc = matching.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = matching.nextDoc()) {
      if ((live != null && !live.get(doc)) || places.advance(doc) != doc) {
        continue;
      }
      float score = VectorUtil.dotProduct(vector, vectors.vectorValue(places.index()));
      if (best.size() < top) {
        best.add(new ScoreDoc(leaf.docBase + doc, score));
      } else if (score > best.element().score) {
        best.poll();
        best.add(new ScoreDoc(leaf.docBase + doc, score));
      }
    }
  }
}
