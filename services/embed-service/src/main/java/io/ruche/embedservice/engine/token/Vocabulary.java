package io.ruche.embedservice.engine.token;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** How many tokens a {@code tokenizer.json} knows. */
final class Vocabulary {

  private static final JsonFactory JSON = new JsonFactory();

  private final JsonParser parser;
  private int size;

  private Vocabulary(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * One more than the highest id.
   *
   * @throws IOException when it is no JSON, or has no vocabulary
   */
  static int size(String json) throws IOException {
    try (JsonParser parser = JSON.createParser(json)) {
      Vocabulary vocabulary = new Vocabulary(parser);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is no JSON object");
      }
      vocabulary.top();
      if (vocabulary.size == 0) {
        throw new IOException("it has no model.vocab");
      }
      return vocabulary.size;
    }
  }

  private void top() throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("model") && value == JsonToken.START_OBJECT) {
        model();
      } else if (name.equals("added_tokens") && value == JsonToken.START_ARRAY) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          added();
        }
      } else {
        parser.skipChildren();
      }
    }
  }

  private void added() throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (name.equals("id")) {
        size = Math.max(size, parser.getIntValue() + 1);
      }
      parser.skipChildren();
    }
  }

  private void model() throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          parser.nextToken();
          size = Math.max(size, parser.getIntValue() + 1);
        }
      } else if (name.equals("vocab") && value == JsonToken.START_ARRAY) {
        // Pieces with their scores, of which the place is the id.
        int place = 0;
        while (parser.nextToken() == JsonToken.START_ARRAY) {
          parser.skipChildren();
          place++;
        }
        size = Math.max(size, place);
      } else {
        parser.skipChildren();
      }
    }
  }
}
