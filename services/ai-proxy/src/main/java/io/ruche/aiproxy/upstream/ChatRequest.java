package io.ruche.aiproxy.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Ruche needs to know of a chat.completions body, read in one pass over its bytes. The body
 * itself goes to the provider as it came, with every field that is unknown here.
 *
 * @param model which model is asked, as the client names it
 * @param stream whether the answer is to come in pieces, as server-sent events
 * @param modelStart where the model's string begins in the body, its opening quote
 * @param modelEnd where it ends, behind its closing quote
 */
public record ChatRequest(String model, boolean stream, int modelStart, int modelEnd) {

  private static final int MAX_DEPTH = 500;
  private static final int MAX_MODEL_LENGTH = 256;
  private static final int BYTES_A_TOKEN = 5;
  private static final long MOST_ASSUMED_TOKENS = 2_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  /**
   * Reads a body, which must be one JSON object with {@code model} and {@code messages}.
   *
   * @throws Failure 400 that says what is wrong and where
   */
  public static ChatRequest read(Buffer body) {
    byte[] bytes = body.getBytes();
    requireUtf8(bytes);
    try (JsonParser parser = JSON.createParser(bytes)) {
      return new Scan(parser, bytes).read();
    } catch (StreamConstraintsException e) {
      throw invalid("The body is not acceptable JSON: " + e.getOriginalMessage() + ".");
    } catch (JsonProcessingException e) {
      throw invalid("The body is not valid JSON " + at(e.getLocation()) + ": " + reason(e) + ".");
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /**
   * About the fewest tokens that the body can take at the provider: pictures in it are long and
   * count little.
   */
  public long leastTokens(Buffer body) {
    return Math.min(body.length() / BYTES_A_TOKEN, MOST_ASSUMED_TOKENS) + 1;
  }

  /**
   * The body that asks for another model and is the same in every other byte.
   *
   * @param body that this was read from
   */
  public Buffer bodyFor(String otherModel, Buffer body) {
    if (otherModel.equals(model)) {
      return body;
    }
    byte[] name = JsonStringEncoder.getInstance().quoteAsUTF8(otherModel);
    Buffer patched = Buffer.buffer(body.length() + name.length);
    return patched
        .appendBuffer(body, 0, modelStart)
        .appendByte((byte) '"')
        .appendBytes(name)
        .appendByte((byte) '"')
        .appendBuffer(body, modelEnd, body.length() - modelEnd);
  }

  /** Jackson would also read UTF-16 and UTF-32, which a provider may read differently. */
  private static void requireUtf8(byte[] bytes) {
    if (bytes.length == 0) {
      throw invalid("The body is empty; send a JSON object with model and messages.");
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

  /** One pass over the top level; values below it are skipped, not built. */
  private static final class Scan {

    private final JsonParser parser;
    private final byte[] bytes;
    private @Nullable String model;
    private int modelStart;
    private @Nullable Boolean stream;
    private boolean messages;

    Scan(JsonParser parser, byte[] bytes) {
      this.parser = parser;
      this.bytes = bytes;
    }

    ChatRequest read() throws IOException {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw invalid("The body is " + name(first) + "; it must be a JSON object.");
      }
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        switch (field) {
          case "model" -> model(value);
          case "stream" -> stream(value);
          case "messages" -> messages(value);
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw invalid("The body has more after its JSON object; send one object.");
      }
      if (model == null) {
        throw missing("model", "a string that names a model");
      }
      if (!messages) {
        throw missing("messages", "an array of messages");
      }
      return new ChatRequest(
          model, stream != null && stream, modelStart, endOfString(bytes, modelStart));
    }

    private void model(JsonToken value) throws IOException {
      requireOnce("model", model != null);
      if (value != JsonToken.VALUE_STRING) {
        throw wrongType("model", "a string", value);
      }
      modelStart = (int) parser.currentTokenLocation().getByteOffset();
      model = parser.getText();
      if (model.isEmpty() || model.length() > MAX_MODEL_LENGTH) {
        throw wrong(
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
      requireOnce("messages", messages);
      if (value != JsonToken.START_ARRAY) {
        throw wrongType("messages", "an array", value);
      }
      messages = true;
      if (parser.nextToken() == JsonToken.END_ARRAY) {
        throw wrong("invalid_value", "messages", "messages is empty; send at least one message.");
      }
      // The first message was entered; the rest are its siblings.
      do {
        parser.skipChildren();
      } while (parser.nextToken() != JsonToken.END_ARRAY);
    }

    /** A field given twice is read one way here and maybe another way by the provider. */
    private static void requireOnce(String field, boolean seen) {
      if (seen) {
        throw wrong("duplicate_parameter", field, field + " is given twice; give it once.");
      }
    }

    private static Failure missing(String field, String kind) {
      return wrong(
          "missing_required_parameter", field, field + " is missing; it must be " + kind + ".");
    }

    private static Failure wrongType(String field, String right, JsonToken value) {
      return wrong(
          "invalid_type", field, field + " is " + name(value) + "; it must be " + right + ".");
    }

    private static Failure wrong(String code, String field, String detail) {
      return Failure.of(400, code, "The request has a field that is not valid", detail)
          .withFlaws(List.of(new Failure.Flaw("/" + field, detail)));
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
}
