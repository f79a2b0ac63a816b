package io.ruche.embedservice.index.lucene;

import java.util.Iterator;
import java.util.List;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.TermFrequencyAttribute;
import org.apache.lucene.index.Term;

/** Terms that are made already, as Lucene wants to be given them. */
final class GivenTerms extends TokenStream {

  private final List<Term> terms;
  private final int frequency;
  private final CharTermAttribute text = addAttribute(CharTermAttribute.class);
  private final TermFrequencyAttribute count = addAttribute(TermFrequencyAttribute.class);
  private Iterator<Term> left;

  /**
   * @param frequency of each of them
   */
  GivenTerms(List<Term> terms, int frequency) {
    this.terms = terms;
    this.frequency = frequency;
    this.left = terms.iterator();
  }

  @Override
  public void reset() {
    left = terms.iterator();
  }

  @Override
  public boolean incrementToken() {
    if (!left.hasNext()) {
      return false;
    }
    clearAttributes();
    text.setEmpty().append(left.next().text());
    count.setTermFrequency(frequency);
    return true;
  }
}
