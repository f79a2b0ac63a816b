package io.ruche.embedservice.index.lucene;

import io.ruche.embedservice.vector.Vector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/** Every entry that the last commit of an index has, read by Lucene alone. */
public final class IndexContents {

  /** Characters before the id of a document in its term: 128 bits in base 64. */
  private static final int PREFIX = 22;

  private IndexContents() {}

  /**
   * A chunk as the index has it.
   *
   * @param space the key of its space
   */
  public record Entry(String space, String document, UUID chunk, Vector vector) {

    /** What tells it from every other. */
    public String name() {
      return space + " " + document + " " + chunk;
    }
  }

  /** The entries of a folder, in no stated order, doubled ones as often as they are there. */
  public static List<Entry> of(Path folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (MMapDirectory directory = new MMapDirectory(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        read(leaf.reader(), entries);
      }
      if (entries.size() != reader.numDocs()) {
        throw new AssertionError(entries.size() + " vectors of " + reader.numDocs() + " documents");
      }
    }
    return entries;
  }

  private static void read(LeafReader reader, List<Entry> entries) throws IOException {
    Bits live = reader.getLiveDocs();
    Map<Integer, String> spaces = terms(reader, SpaceTerms.SPACE);
    Map<Integer, String> documents = terms(reader, SpaceTerms.DOCUMENT);
    BinaryDocValues ids = Objects.requireNonNull(reader.getBinaryDocValues(SpaceTerms.ID));
    FloatVectorValues vectors =
        Objects.requireNonNull(reader.getFloatVectorValues(SpaceTerms.VECTOR));
    KnnVectorValues.DocIndexIterator at = vectors.iterator();
    for (int doc = at.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = at.nextDoc()) {
      if (live != null && !live.get(doc)) {
        continue;
      }
      if (!ids.advanceExact(doc)) {
        throw new AssertionError("a vector without a chunk");
      }
      BytesRef bytes = ids.binaryValue();
      ByteBuffer id = ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length);
      entries.add(
          new Entry(
              String.valueOf(spaces.get(doc)),
              String.valueOf(documents.get(doc)).substring(PREFIX),
              new UUID(id.getLong(), id.getLong()),
              Vector.normalized(vectors.vectorValue(at.index()).clone())));
    }
  }

  private static Map<Integer, String> terms(LeafReader reader, String field) throws IOException {
    Map<Integer, String> byDocument = new HashMap<>();
    Terms terms = Objects.requireNonNull(reader.terms(field));
    TermsEnum each = terms.iterator();
    PostingsEnum postings = null;
    for (BytesRef term = each.next(); term != null; term = each.next()) {
      String text = new String(term.bytes, term.offset, term.length, StandardCharsets.UTF_8);
      postings = each.postings(postings, PostingsEnum.NONE);
      for (int doc = postings.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = postings.nextDoc()) {
        byDocument.put(doc, text);
      }
    }
    return byDocument;
  }
}
