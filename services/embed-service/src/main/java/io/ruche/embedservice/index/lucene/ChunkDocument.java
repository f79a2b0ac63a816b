package io.ruche.embedservice.index.lucene;

import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.filter.MetadataTerms;
import io.ruche.embedservice.index.text.Language;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;

/** A chunk as Lucene indexes it. Its text is not stored, only its words. */
final class ChunkDocument {

  private static final FieldType WORDS = frequencies(false);
  private static final FieldType LENGTH = frequencies(true);

  private ChunkDocument() {}

  static Document of(SpaceTerms terms, IndexedChunk chunk) {
    Document document = new Document();
    add(document, terms.space());
    add(document, terms.key(chunk.id()));
    add(document, terms.document(chunk.document()));
    document.add(new BinaryDocValuesField(SpaceTerms.ID, bytes(chunk.id())));
    document.add(
        new KnnFloatVectorField(
            SpaceTerms.VECTOR, chunk.vector().values(), VectorSimilarityFunction.DOT_PRODUCT));
    MetadataTerms.of(chunk.metadata()).forEach(term -> add(document, terms.metadata(term)));
    MetadataTerms.numbers(chunk.metadata())
        .forEach(
            (field, numbers) ->
                numbers.forEach(
                    number ->
                        document.add(
                            new BinaryPoint(SpaceTerms.NUMBER, terms.number(field, number)))));
    words(document, terms, chunk);
    return document;
  }

  private static void words(Document document, SpaceTerms terms, IndexedChunk chunk) {
    Language language = Language.of(chunk.language());
    List<Term> words =
        language.terms(chunk.text()).stream()
            .map(word -> terms.word(language, word.text()))
            .toList();
    if (words.isEmpty()) {
      return;
    }
    document.add(new Field(SpaceTerms.words(language), new GivenTerms(words, 1), WORDS));
    document.add(
        new Field(
            SpaceTerms.LENGTH,
            new GivenTerms(List.of(terms.length(language)), words.size()),
            LENGTH));
  }

  private static void add(Document document, Term term) {
    document.add(new StringField(term.field(), term.bytes(), Field.Store.NO));
  }

  private static BytesRef bytes(UUID id) {
    return new BytesRef(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array());
  }

  /** The chunk's id as it was added. */
  static UUID id(BytesRef bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  private static FieldType frequencies(boolean withoutNorms) {
    FieldType type = new FieldType();
    type.setTokenized(true);
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.setOmitNorms(withoutNorms);
    type.freeze();
    return type;
  }
}
