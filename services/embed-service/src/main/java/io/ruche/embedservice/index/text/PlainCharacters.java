package io.ruche.embedservice.index.text;

import java.io.IOException;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Drops combining marks and invisible characters: PDFs have "e" and an accent as two characters,
 * and soft hyphens within words.
 */
final class PlainCharacters extends TokenFilter {

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

  PlainCharacters(TokenStream input) {
    super(input);
  }

  @Override
  public boolean incrementToken() throws IOException {
    while (input.incrementToken()) {
      char[] buffer = term.buffer();
      int kept = 0;
      for (int i = 0; i < term.length(); i++) {
        int type = Character.getType(buffer[i]);
        if (type != Character.NON_SPACING_MARK && type != Character.FORMAT) {
          buffer[kept++] = buffer[i];
        }
      }
      term.setLength(kept);
      if (kept > 0) {
        return true;
      }
    }
    return false;
  }
}
