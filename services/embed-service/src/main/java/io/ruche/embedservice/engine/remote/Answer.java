package io.ruche.embedservice.engine.remote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ruche.embedservice.vector.Vector;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server answered: Ollama's {@code {"embeddings": [[...]], "prompt_eval_count": 7}} or
 * OpenAI's {@code {"data": [{"index": 0, "embedding": [...]}], "usage": {"prompt_tokens": 7}}}.
 */
final class Answer {

  private static final JsonFactory JSON = new JsonFactory();

  private final int dimensions;
  private final Map<Integer, Vector> vectors = new TreeMap<>();
  private int tokens;

  private Answer(int dimensions) {
    this.dimensions = dimensions;
  }

  /**
   * Reads an answer.
   *
   * @throws IOException saying what is wrong with it
   */
  static Answer read(Buffer body, int texts, int dimensions) throws IOException {
    Answer answer = new Answer(dimensions);
    try (JsonParser parser = JSON.createParser(body.getBytes())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is no JSON object");
      }
      answer.top(parser);
    } catch (IllegalArgumentException e) {
      throw new IOException("it has " + e.getMessage(), e);
    }
    if (answer.vectors.size() != texts) {
      throw new IOException(
          "it has %d vectors for %d texts".formatted(answer.vectors.size(), texts));
    }
    for (int i = 0; i < texts; i++) {
      if (!answer.vectors.containsKey(i)) {
        throw new IOException("it has no vector for text " + i);
      }
    }
    return answer;
  }

  /** One a text, in order. */
  List<Vector> vectors() {
    return List.copyOf(vectors.values());
  }

  /** Of all texts; 0 when the server does not say. */
  int tokens() {
    return tokens;
  }

  private void top(JsonParser parser) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("embeddings") && value == JsonToken.START_ARRAY) {
        while (parser.nextToken() == JsonToken.START_ARRAY) {
          vectors.put(vectors.size(), numbers(parser));
        }
      } else if (name.equals("data") && value == JsonToken.START_ARRAY) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          item(parser);
        }
      } else if (name.equals("prompt_eval_count") && value == JsonToken.VALUE_NUMBER_INT) {
        tokens = parser.getIntValue();
      } else if (name.equals("usage") && value == JsonToken.START_OBJECT) {
        usage(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void usage(JsonParser parser) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && name.equals("prompt_tokens")) {
        tokens = parser.getIntValue();
      }
      parser.skipChildren();
    }
  }

  private void item(JsonParser parser) throws IOException {
    int index = vectors.size();
    Vector vector = null;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
        index = parser.getIntValue();
      } else if (name.equals("embedding") && value == JsonToken.START_ARRAY) {
        vector = numbers(parser);
      } else if (name.equals("embedding") && value == JsonToken.VALUE_STRING) {
        vector = packed(parser.getBinaryValue());
      } else {
        parser.skipChildren();
      }
    }
    if (vector != null) {
      vectors.put(index, vector);
    }
  }

  private Vector numbers(JsonParser parser) throws IOException {
    List<Float> numbers = new ArrayList<>(dimensions);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.currentToken().isNumeric() || numbers.size() > dimensions) {
        throw new IOException(
            "a vector is not of the %d numbers that are configured".formatted(dimensions));
      }
      numbers.add(parser.getFloatValue());
    }
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i);
    }
    return checked(values);
  }

  /** Of 32-bit numbers, the lowest byte first. */
  private Vector packed(byte[] bytes) throws IOException {
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return checked(values);
  }

  private Vector checked(float[] values) throws IOException {
    if (values.length != dimensions) {
      throw new IOException(
          "a vector has %d numbers, and %d are configured (engine.remote.dimensions)"
              .formatted(values.length, dimensions));
    }
    return Vector.normalized(Arrays.copyOf(values, values.length));
  }
}
