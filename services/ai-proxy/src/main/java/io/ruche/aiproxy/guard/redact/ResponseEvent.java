package io.ruche.aiproxy.guard.redact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ruche.aiproxy.guard.redact.Chunk.Piece;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a response: those that end in {@code .delta} have a piece of a text, and
 * those that end in {@code .done} end one. The last event of a response ends all.
 */
final class ResponseEvent {

  static final String DELTA = ".delta";

  private static final String DONE = ".done";
  private static final String RESPONSE = "response.";

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private final byte[] bytes;
  private final int offset;
  private final JsonParser parser;
  private final Map<String, String> ids = new TreeMap<>();
  private String type = "";
  private String item = "";
  private String head = "";
  private @Nullable Piece piece;

  private ResponseEvent(byte[] bytes, int offset, JsonParser parser) {
    this.bytes = bytes;
    this.offset = offset;
    this.parser = parser;
  }

  /** Reads what an event has behind {@code data:}; null when it neither has nor ends a text. */
  static @Nullable Chunk read(byte[] bytes, int from, int to) {
    try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
      return new ResponseEvent(bytes, from, parser).read();
    } catch (IOException e) {
      return null;
    }
  }

  private @Nullable Chunk read() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return null;
    }
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      member(field, parser.nextToken());
    }
    if (!type.startsWith(RESPONSE)) {
      return null;
    }
    return switch (type) {
      case "response.completed", "response.incomplete", "response.failed" -> ending(slot -> true);
      default -> ofOneText();
    };
  }

  private void member(String field, JsonToken value) throws IOException {
    switch (field) {
      case "type" -> type = value == JsonToken.VALUE_STRING ? parser.getText() : "";
      case "item_id" -> item = value == JsonToken.VALUE_STRING ? parser.getText() : "";
      case "sequence_number" -> head = value == JsonToken.VALUE_NUMBER_INT ? member(field) : "";
      case "output_index", "content_index", "summary_index" -> {
        if (value == JsonToken.VALUE_NUMBER_INT) {
          ids.put(field, member(field));
        }
      }
      case "delta" -> {
        if (value == JsonToken.VALUE_STRING) {
          // Whose it is may stand behind it.
          piece = Piece.at(parser, bytes, offset, new ResponseSlot("", "", ""));
        }
      }
      default -> {
        // Skipped below.
      }
    }
    parser.skipChildren();
  }

  private String member(String field) throws IOException {
    return "\"" + field + "\":" + parser.getText() + ",";
  }

  private @Nullable Chunk ofOneText() {
    Piece delta = piece;
    if (type.endsWith(DELTA) && delta != null) {
      Piece text = new Piece(slot(DELTA), delta.from(), delta.to());
      return new Chunk(List.of(text), slot -> false, head);
    }
    return type.endsWith(DONE) && !ids.isEmpty() ? ending(slot(DONE)::equals) : null;
  }

  private Chunk ending(Predicate<Slot> ended) {
    return new Chunk(List.of(), ended, head);
  }

  /** The text that an event of such an ending is of. */
  private ResponseSlot slot(String ending) {
    String kind = type.substring(0, type.length() - ending.length());
    return new ResponseSlot(kind, item, String.join("", ids.values()));
  }
}
