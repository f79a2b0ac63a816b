package io.ruche.embedservice.index.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;

import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.Vector;
import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.filter.MetadataTerms;
import io.ruche.embedservice.index.text.Language;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A chunk as a point. Its text is not stored, only its words. */
final class ChunkPoint {

  /** The name of the vectors of texts. */
  static final String DENSE = "dense";

  /** The name of the sparse vectors of words. */
  static final String WORDS = "words";

  private ChunkPoint() {}

  static PointStruct of(Space space, IndexedChunk chunk) {
    Map<String, Vector> vectors = new HashMap<>();
    vectors.put(DENSE, vector(chunk.vector().values()));
    WordVector words = WordVector.ofChunk(Language.of(chunk.language()), chunk.text());
    if (!words.isEmpty()) {
      vectors.put(WORDS, vector(words.weights(), words.dimensions()));
    }
    return PointStruct.newBuilder()
        .setId(pointId(space, chunk.id()))
        .setVectors(namedVectors(vectors))
        .putPayload(Conditions.SPACE, value(space.key()))
        .putPayload(Conditions.CHUNK, value(chunk.id().toString()))
        .putPayload(Conditions.DOCUMENT, value(chunk.document()))
        .putPayload(Conditions.TERMS, list(terms(chunk)))
        .putPayload(Conditions.NUMBERS, list(numbers(chunk)))
        .build();
  }

  /**
   * The point of a chunk: ids of points are of the whole collection, and a chunk of one space must
   * never take the place of another's, whatever its id.
   */
  static PointId pointId(Space space, UUID chunk) {
    try {
      byte[] name = (chunk + space.key()).getBytes(StandardCharsets.UTF_8);
      ByteBuffer digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(name));
      return id(new UUID(digest.getLong(), digest.getLong()));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }

  private static List<Value> terms(IndexedChunk chunk) {
    List<Value> terms = new ArrayList<>();
    MetadataTerms.of(chunk.metadata()).forEach(term -> terms.add(value(term)));
    return terms;
  }

  private static List<Value> numbers(IndexedChunk chunk) {
    List<Value> numbers = new ArrayList<>();
    MetadataTerms.numbers(chunk.metadata())
        .forEach(
            (field, values) ->
                values.forEach(
                    number ->
                        numbers.add(
                            value(
                                Map.of(
                                    Conditions.NUMBER_FIELD,
                                    value(field),
                                    Conditions.NUMBER_VALUE,
                                    value(number))))));
    return numbers;
  }
}
