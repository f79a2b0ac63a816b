package io.ruche.embedservice.index.qdrant;

import io.ruche.embedservice.index.text.Language;
import io.ruche.embedservice.index.text.Term;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/**
 * Words as a sparse vector whose dot product with a query's is BM25, once Qdrant has multiplied
 * each dimension by how rare it is.
 *
 * @param dimensions unsigned hashes of a language and a word, ascending, none twice
 * @param weights of each, all above 0
 */
record WordVector(List<Integer> dimensions, List<Float> weights) {

  private static final float SATURATION = 1.2f;
  private static final float LENGTH_SHARE = 0.75f;

  /** Words of a chunk of ordinary length: Qdrant tells none, and BM25 wants to compare with it. */
  private static final float ORDINARY_LENGTH = 200;

  /** What a chunk's words count. */
  static WordVector ofChunk(Language language, String text) {
    List<Term> terms = language.terms(text);
    Map<String, Integer> counts = new HashMap<>();
    terms.forEach(term -> counts.merge(term.text(), 1, Integer::sum));
    float length = 1 - LENGTH_SHARE + LENGTH_SHARE * terms.size() / ORDINARY_LENGTH;
    TreeMap<Integer, Float> weights = new TreeMap<>(Integer::compareUnsigned);
    counts.forEach(
        (word, count) ->
            weights.merge(
                dimension(language, word),
                count * (SATURATION + 1) / (count + SATURATION * length),
                Float::sum));
    return of(weights);
  }

  /** One for each word that is looked for, in every language that is. */
  static WordVector ofQuery(String query, String language) {
    TreeMap<Integer, Float> weights = new TreeMap<>(Integer::compareUnsigned);
    for (Language searched : Language.searched(language)) {
      searched.queryTerms(query).forEach(word -> weights.put(dimension(searched, word), 1f));
    }
    return of(weights);
  }

  boolean isEmpty() {
    return dimensions.isEmpty();
  }

  private static WordVector of(TreeMap<Integer, Float> weights) {
    return new WordVector(new ArrayList<>(weights.keySet()), new ArrayList<>(weights.values()));
  }

  private static int dimension(Language language, String word) {
    BytesRef bytes = new BytesRef(language.code() + "\u0000" + word);
    return StringHelper.murmurhash3_x86_32(bytes, 0);
  }
}
