package io.ruche.embedservice.http.embeddings;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.ruche.embedservice.engine.Embedding;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes OpenAI's list of embeddings, number by number. */
final class EmbeddingsAnswer {

  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  /** Of one number, in characters, about. */
  private static final int NUMBER = 13;

  private EmbeddingsAnswer() {}

  /**
   * The answer.
   *
   * @param base64 as {@link EmbeddingsRequest#base64()}
   */
  static Buffer write(String model, List<Embedding> embeddings, boolean base64) {
    int dimensions = embeddings.isEmpty() ? 0 : embeddings.getFirst().vector().dimensions();
    int each = 128 + dimensions * (base64 ? 6 : NUMBER);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + embeddings.size() * each);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("object", "list");
      json.writeArrayFieldStart("data");
      int tokens = 0;
      for (int i = 0; i < embeddings.size(); i++) {
        item(json, i, embeddings.get(i), base64);
        tokens += embeddings.get(i).tokens();
      }
      json.writeEndArray();
      json.writeStringField("model", model);
      json.writeObjectFieldStart("usage");
      json.writeNumberField("prompt_tokens", tokens);
      json.writeNumberField("total_tokens", tokens);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }

  private static void item(JsonGenerator json, int index, Embedding embedding, boolean base64)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "embedding");
    json.writeNumberField("index", index);
    json.writeFieldName("embedding");
    float[] values = embedding.vector().values();
    if (base64) {
      ByteBuffer packed =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      packed.asFloatBuffer().put(values);
      json.writeBinary(packed.array());
    } else {
      json.writeStartArray();
      for (float value : values) {
        json.writeNumber(value);
      }
      json.writeEndArray();
    }
    json.writeBooleanField("truncated", embedding.truncated());
    json.writeNumberField("tokens_dropped", embedding.dropped());
    json.writeEndObject();
  }
}
