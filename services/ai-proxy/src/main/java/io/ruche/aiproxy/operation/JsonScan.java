package io.ruche.aiproxy.operation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** One pass over the top level of a body; values below it are not built. */
final class JsonScan {

  private static final int MAX_DEPTH = 500;
  private static final int MAX_MODEL_LENGTH = 256;

  /** Text in any language takes more bytes a token than this, as a whole. */
  private static final int BYTES_A_TOKEN = 3;

  /** A picture or sound within the body counts so many tokens, whatever its bytes. */
  private static final long TOKENS_OF_A_MEDIUM = 1_000;

  private static final int SHORTEST_MEDIUM = 512;
  private static final long MOST_TOKENS = 10_000_000;

  /** In characters; a longer string is no number that anybody means. */
  private static final int LONGEST_NUMBER = 64;

  private static final long UNSEEN = -1;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  /** As {@link JsonRequest#read}. */
  static JsonRequest read(Operation operation, Buffer body) {
    byte[] bytes = body.getBytes();
    requireUtf8(bytes);
    try (JsonParser parser = JSON.createParser(bytes)) {
      return new JsonScan(operation, parser, bytes).read(body);
    } catch (StreamConstraintsException e) {
      throw invalid("The body is not acceptable JSON: " + e.getOriginalMessage() + ".");
    } catch (JsonProcessingException e) {
      throw invalid("The body is not valid JSON " + at(e.getLocation()) + ": " + reason(e) + ".");
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /** Jackson would also read UTF-16 and UTF-32, which a provider may read differently. */
  private static void requireUtf8(byte[] bytes) {
    if (bytes.length == 0) {
      throw invalid("The body is empty; send a JSON object.");
    }
    for (int i = 0; i < Math.min(4, bytes.length); i++) {
      int b = bytes[i] & 0xff;
      if (b == 0 || b >= 0xfe) {
        throw invalid("The body is not JSON in UTF-8.");
      }
    }
  }

  private static Failure invalid(String detail) {
    return Failure.of(400, "invalid_json", "The body is not valid JSON", detail);
  }

  private static String reason(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  private static String at(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : "at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private final Operation operation;
  private final JsonParser parser;
  private final byte[] bytes;
  private @Nullable String model;
  private int modelStart;
  private @Nullable Boolean stream;
  private boolean content;
  private long characters;
  private boolean streamOptions;
  private int nullOptions = JsonRequest.Places.NOWHERE;
  private boolean streamUsage;
  private long maxTokens = UNSEEN;
  private long maxCompletionTokens = UNSEEN;
  private long maxOutputTokens = UNSEEN;
  private long choices = UNSEEN;
  private long mediaBytes;
  private long media;

  private JsonScan(Operation operation, JsonParser parser, byte[] bytes) {
    this.operation = operation;
    this.parser = parser;
    this.bytes = bytes;
  }

  private JsonRequest read(Buffer body) throws IOException {
    JsonToken first = parser.nextToken();
    int open = (int) parser.currentTokenLocation().getByteOffset() + 1;
    if (first != JsonToken.START_OBJECT) {
      throw invalid("The body is " + name(first) + "; it must be a JSON object.");
    }
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      switch (field) {
        case "model" -> model(value);
        case "stream" -> stream(value);
        case "messages" -> messages(value);
        case "input" -> input(value);
        case "stream_options" -> streamOptions(value);
        case "max_tokens" -> maxTokens = count(field, value, maxTokens);
        case "max_completion_tokens" ->
            maxCompletionTokens = count(field, value, maxCompletionTokens);
        case "max_output_tokens" -> maxOutputTokens = count(field, value, maxOutputTokens);
        case "n" -> choices = count(field, value, choices);
        case "background", "previous_response_id", "conversation" -> stored(field, value);
        default -> {
          FieldNames.requireSpelling(field);
          parser.skipChildren();
        }
      }
    }
    if (parser.nextToken() != null) {
      throw invalid("The body has more after its JSON object; send one object.");
    }
    if (model == null) {
      throw FieldFailures.missing("model", "a string that names a model");
    }
    requireContent();
    boolean chat = operation == Operation.CHAT;
    return new JsonRequest(
        operation,
        model,
        stream != null && stream,
        streamUsage,
        ofAllChoices(chat ? maxTokens : maxOutputTokens),
        chat ? ofAllChoices(maxCompletionTokens) : 0,
        (bytes.length - mediaBytes) / BYTES_A_TOKEN + media * TOKENS_OF_A_MEDIUM,
        characters,
        new JsonRequest.Places(
            open, modelStart, endOfString(bytes, modelStart), streamOptions, nullOptions),
        body);
  }

  private void requireContent() {
    if (content) {
      return;
    }
    switch (operation) {
      case CHAT -> throw FieldFailures.missing("messages", "an array of messages");
      case EMBEDDINGS ->
          throw FieldFailures.missing("input", "a string, or an array of strings or of tokens");
      case SPEECH -> throw FieldFailures.missing("input", "the text to speak, a string");
      // A response may be made of a stored prompt alone.
      case RESPONSES, TRANSCRIPTION, TRANSLATION -> {}
    }
  }

  private void model(JsonToken value) throws IOException {
    requireOnce("model", model != null);
    if (value != JsonToken.VALUE_STRING) {
      throw wrongType("model", "a string", value);
    }
    modelStart = (int) parser.currentTokenLocation().getByteOffset();
    model = parser.getText();
    if (model.isEmpty() || model.length() > MAX_MODEL_LENGTH) {
      throw FieldFailures.wrong(
          "invalid_value", "model", "model must be 1 to " + MAX_MODEL_LENGTH + " characters.");
    }
  }

  /** Behind the closing quote of a string that the parser has found to be well-formed. */
  private static int endOfString(byte[] bytes, int start) {
    int at = start + 1;
    while (bytes[at] != '"') {
      at += bytes[at] == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private void stream(JsonToken value) {
    requireOnce("stream", stream != null);
    stream =
        switch (value) {
          case VALUE_TRUE -> true;
          case VALUE_FALSE, VALUE_NULL -> false;
          default -> throw wrongType("stream", "true or false", value);
        };
  }

  private void messages(JsonToken value) throws IOException {
    if (operation != Operation.CHAT) {
      parser.skipChildren();
      return;
    }
    requireOnce("messages", content);
    if (value != JsonToken.START_ARRAY) {
      throw wrongType("messages", "an array", value);
    }
    content = true;
    if (parser.nextToken() == JsonToken.END_ARRAY) {
      throw FieldFailures.wrong(
          "invalid_value", "messages", "messages is empty; send at least one message.");
    }
    // The first message was entered; the rest are its siblings.
    do {
      message();
    } while (parser.nextToken() != JsonToken.END_ARRAY);
  }

  private void input(JsonToken value) throws IOException {
    if (operation == Operation.CHAT) {
      parser.skipChildren();
      return;
    }
    requireOnce("input", content);
    content = true;
    if (operation == Operation.SPEECH) {
      if (value != JsonToken.VALUE_STRING) {
        throw wrongType("input", "a string", value);
      }
      characters = parser.getTextLength();
    } else if (value != JsonToken.VALUE_STRING && value != JsonToken.START_ARRAY) {
      throw wrongType("input", "a string or an array", value);
    } else {
      message();
    }
  }

  /**
   * What a provider keeps lies in the one account of all tenants, so that nobody may go on from it.
   */
  private void stored(String field, JsonToken value) throws IOException {
    boolean unset = value == JsonToken.VALUE_NULL || value == JsonToken.VALUE_FALSE;
    if (operation == Operation.RESPONSES && !unset) {
      throw FieldFailures.wrong(
          "unsupported_parameter",
          field,
          field
              + " is not offered: nothing that a provider keeps of a response can be told apart by"
              + " tenant. Send the whole conversation as input.");
    }
    parser.skipChildren();
  }

  /** Skips one message, and measures the pictures and sounds in it. */
  private void message() throws IOException {
    if (parser.currentToken() == null || !parser.currentToken().isStructStart()) {
      return;
    }
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.FIELD_NAME && mayHoldMedia(parser.currentName())) {
        depth += medium();
      }
    }
  }

  private static boolean mayHoldMedia(String field) {
    return switch (field) {
      case "url", "image_url", "data", "file_data" -> true;
      default -> false;
    };
  }

  /** How many levels deeper the value of this field begins. */
  private int medium() throws IOException {
    JsonToken value = parser.nextToken();
    if (value == JsonToken.VALUE_STRING) {
      int length = parser.getTextLength();
      media++;
      mediaBytes += length < SHORTEST_MEDIUM ? 0 : length;
    }
    return value.isStructStart() ? 1 : 0;
  }

  private long ofAllChoices(long tokens) {
    return Math.max(0, tokens) * Math.max(1, choices);
  }

  /**
   * The count of a field that a provider checks, which may take 1e3 and "1000" for a thousand; what
   * is no count counts nothing here.
   *
   * @param before what the same field said before
   */
  private long count(String field, JsonToken value, long before) throws IOException {
    requireOnce(field, before != UNSEEN);
    return switch (value) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> clamped(parser.getDoubleValue());
      case VALUE_STRING -> clamped(parser.getText());
      default -> {
        parser.skipChildren();
        yield 0;
      }
    };
  }

  private static long clamped(double count) {
    return Math.clamp((long) Math.ceil(count), 0, MOST_TOKENS);
  }

  private static long clamped(String count) {
    try {
      return count.length() > LONGEST_NUMBER ? MOST_TOKENS : clamped(Double.parseDouble(count));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private void streamOptions(JsonToken value) throws IOException {
    requireOnce("stream_options", streamOptions || nullOptions != JsonRequest.Places.NOWHERE);
    if (value == JsonToken.VALUE_NULL) {
      nullOptions = (int) parser.currentTokenLocation().getByteOffset();
      return;
    }
    streamOptions = true;
    if (value != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken option = parser.nextToken();
      if (field.equals("include_usage")) {
        streamUsage = option == JsonToken.VALUE_TRUE;
      }
      parser.skipChildren();
    }
  }

  /** A field given twice is read one way here and maybe another way by the provider. */
  private static void requireOnce(String field, boolean seen) {
    if (seen) {
      throw FieldFailures.wrong(
          "duplicate_parameter", field, field + " is given twice; give it once.");
    }
  }

  private static Failure wrongType(String field, String right, JsonToken value) {
    return FieldFailures.wrong(
        "invalid_type", field, field + " is " + name(value) + "; it must be " + right + ".");
  }

  private static String name(@Nullable JsonToken token) {
    if (token == null) {
      return "blank";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "no value";
    };
  }
}
