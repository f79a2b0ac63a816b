package io.ruche.embedservice.http.embeddings;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/embeddings}: OpenAI's, with {@code input_type} as Cohere and others
 * have it.
 */
final class EmbeddingsRequest {

  /** Most inputs of one request. */
  static final int MOST_INPUTS = 2_048;

  /** Most tokens of one request. */
  static final int MOST_TOKENS = 300_000;

  private static final JsonFactory JSON = new JsonFactory();

  private final List<String> texts = new ArrayList<>();
  private final List<int[]> sequences = new ArrayList<>();
  private boolean inputSeen;
  private @Nullable String model;
  private @Nullable Integer dimensions;
  private boolean base64;
  private Purpose purpose = Purpose.PASSAGE;

  private EmbeddingsRequest() {}

  /**
   * Reads a body.
   *
   * @throws Failure of 400, saying what is wrong and what would be right
   */
  static EmbeddingsRequest read(Buffer body) {
    EmbeddingsRequest request = new EmbeddingsRequest();
    try (JsonParser parser = JSON.createParser(body.getBytes())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw Failure.badRequest("The body must be a JSON object with the fields model and input.");
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        request.field(name, parser, parser.nextToken());
      }
      if (parser.nextToken() != null) {
        throw Failure.badRequest("The body has something behind its JSON object.");
      }
    } catch (JsonProcessingException e) {
      throw Failure.badRequest(
          "The body is no JSON that can be read: at line %d, column %d."
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw Failure.badRequest("The body is no JSON that can be read.");
    }
    request.check();
    return request;
  }

  private void field(String name, JsonParser parser, @Nullable JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NULL && !name.equals("input")) {
      return;
    }
    switch (name) {
      case "model" -> model = text(name, parser, value);
      case "input" -> input(parser, value);
      case "encoding_format" -> encoding(text(name, parser, value));
      case "dimensions" -> {
        if (value != JsonToken.VALUE_NUMBER_INT) {
          throw Refused.parameter(name, "dimensions must be a whole number.");
        }
        dimensions = Math.clamp(parser.getLongValue(), -1, Integer.MAX_VALUE);
      }
      case "input_type" -> purpose(text(name, parser, value));
      case "user" -> text(name, parser, value);
      default -> throw Refused.unknown(name);
    }
  }

  private static String text(String name, JsonParser parser, @Nullable JsonToken value)
      throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      throw Refused.parameter(name, name + " must be a string.");
    }
    return parser.getText();
  }

  private void encoding(String word) {
    base64 =
        switch (word) {
          case "base64" -> true;
          case "float" -> false;
          default ->
              throw Refused.parameter(
                  "encoding_format", "encoding_format must be \"float\" or \"base64\".");
        };
  }

  private void purpose(String word) {
    purpose =
        switch (word) {
          case "query", "search_query" -> Purpose.QUERY;
          case "passage", "document", "search_document" -> Purpose.PASSAGE;
          default ->
              throw Refused.parameter("input_type", "input_type must be \"query\" or \"passage\".");
        };
  }

  private void input(JsonParser parser, @Nullable JsonToken value) throws IOException {
    inputSeen = true;
    texts.clear();
    sequences.clear();
    if (value == JsonToken.VALUE_STRING) {
      texts.add(parser.getText());
      return;
    }
    if (value != JsonToken.START_ARRAY) {
      throw inputShape();
    }
    JsonToken first = parser.nextToken();
    if (first != null && first.isNumeric()) {
      sequences.add(ids(parser));
      return;
    }
    for (JsonToken item = first; item != JsonToken.END_ARRAY; item = parser.nextToken()) {
      if (count() == MOST_INPUTS) {
        throw Refused.parameter("input", "input has more than %d items.".formatted(MOST_INPUTS));
      }
      if (item == JsonToken.VALUE_STRING && sequences.isEmpty()) {
        texts.add(parser.getText());
      } else if (item == JsonToken.START_ARRAY && texts.isEmpty()) {
        parser.nextToken();
        sequences.add(ids(parser));
      } else {
        throw inputShape();
      }
    }
  }

  /** From the first number, or the end, to the end of the array. */
  private static int[] ids(JsonParser parser) throws IOException {
    int[] ids = new int[64];
    int count = 0;
    for (JsonToken id = parser.currentToken(); id != JsonToken.END_ARRAY; id = parser.nextToken()) {
      if (id != JsonToken.VALUE_NUMBER_INT) {
        throw inputShape();
      }
      if (count == MOST_TOKENS) {
        throw tooManyTokens();
      }
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, 2 * count);
      }
      ids[count++] = Math.clamp(parser.getLongValue(), -1, Integer.MAX_VALUE);
    }
    return Arrays.copyOf(ids, count);
  }

  private static Failure inputShape() {
    return Refused.parameter(
        "input",
        "input must be a string, a list of strings, a list of token ids, or a list of such lists.");
  }

  static Failure tooManyTokens() {
    return Refused.parameter(
        "input",
        "input has more than %d tokens; send it in several requests.".formatted(MOST_TOKENS));
  }

  private void check() {
    if (!inputSeen) {
      throw Refused.parameter("input", "input is missing: a string or a list of strings.");
    }
    if (count() == 0) {
      throw Refused.parameter("input", "input must not be an empty list.");
    }
    for (int i = 0; i < texts.size(); i++) {
      if (texts.get(i).isEmpty()) {
        throw Refused.parameter(
            "input", "input must not have empty strings; item %d is one.".formatted(i));
      }
    }
    for (int i = 0; i < sequences.size(); i++) {
      if (sequences.get(i).length == 0) {
        throw Refused.parameter(
            "input", "input must not have empty lists; item %d is one.".formatted(i));
      }
    }
    if (sequences.stream().mapToLong(ids -> ids.length).sum() > MOST_TOKENS) {
      throw tooManyTokens();
    }
  }

  private int count() {
    return texts.size() + sequences.size();
  }

  /** As the client calls it; null when it names none. */
  @Nullable String model() {
    return model;
  }

  /** The texts; empty when there are tokens instead. */
  List<String> texts() {
    return texts;
  }

  /** The tokens of each input; empty when there are texts instead. */
  List<int[]> sequences() {
    return sequences;
  }

  /** How many numbers of a vector are wanted; null for all. */
  @Nullable Integer dimensions() {
    return dimensions;
  }

  /** Whether the numbers are wanted as the base64 of 32-bit numbers, the lowest byte first. */
  boolean base64() {
    return base64;
  }

  Purpose purpose() {
    return purpose;
  }
}
