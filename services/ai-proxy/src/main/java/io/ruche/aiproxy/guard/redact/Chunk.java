package io.ruche.aiproxy.guard.redact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One event of a stream that has pieces of texts: a chat.completion.chunk, or as {@link
 * ResponseEvent} reads it.
 *
 * @param pieces of texts, in the order of their places
 * @param ended tells the texts that it ends
 * @param head the members that every event of the stream has, with a comma behind each
 */
record Chunk(List<Piece> pieces, Predicate<Slot> ended, String head) {

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  /**
   * A piece of a text.
   *
   * @param from where its bytes begin, behind the quote
   * @param to where they end, at the other quote
   */
  record Piece(Slot slot, int from, int to) {

    /** The string at which a parser of the bytes from {@code offset} is. */
    static Piece at(JsonParser parser, byte[] bytes, int offset, Slot slot) throws IOException {
      // Fails here where the string has no end.
      parser.finishToken();
      int from = offset + (int) parser.currentTokenLocation().getByteOffset() + 1;
      int to = from;
      while (bytes[to] != '"') {
        to += bytes[to] == '\\' ? 2 : 1;
      }
      return new Piece(slot, from, to);
    }
  }

  /** Reads what an event has behind {@code data:}; null when it is no chunk with choices. */
  static @Nullable Chunk read(byte[] bytes, int from, int to) {
    try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
      return new Scan(bytes, from, parser).read();
    } catch (IOException e) {
      return null;
    }
  }

  /** One pass over the bytes. */
  private static final class Scan {

    private final byte[] bytes;
    private final int offset;
    private final JsonParser parser;
    private final List<Piece> pieces = new ArrayList<>(2);
    private final List<Integer> finished = new ArrayList<>(1);
    private final StringBuilder head = new StringBuilder();

    Scan(byte[] bytes, int offset, JsonParser parser) {
      this.bytes = bytes;
      this.offset = offset;
      this.parser = parser;
    }

    @Nullable Chunk read() throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      boolean found = false;
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        switch (field) {
          case "choices" -> {
            found = value == JsonToken.START_ARRAY;
            choices(value);
          }
          case "id", "object", "created", "model" -> keep(field, value);
          default -> parser.skipChildren();
        }
      }
      return found ? new Chunk(pieces, ends(finished), head.toString()) : null;
    }

    private static Predicate<Slot> ends(List<Integer> choices) {
      return slot -> slot instanceof ChatSlot text && choices.contains(text.choice());
    }

    private static ChatSlot slot(Piece piece) {
      return (ChatSlot) piece.slot();
    }

    private void keep(String field, JsonToken value) throws IOException {
      if (value == JsonToken.VALUE_STRING) {
        String text = new String(JsonStringEncoder.getInstance().quoteAsString(parser.getText()));
        head.append('"').append(field).append("\":\"").append(text).append("\",");
      } else if (value == JsonToken.VALUE_NUMBER_INT) {
        head.append('"').append(field).append("\":").append(parser.getText()).append(',');
      } else {
        parser.skipChildren();
      }
    }

    private void choices(JsonToken value) throws IOException {
      if (value != JsonToken.START_ARRAY) {
        parser.skipChildren();
        return;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
          choice();
        } else {
          parser.skipChildren();
        }
      }
    }

    /** The index may stand behind the delta. */
    private void choice() throws IOException {
      int first = pieces.size();
      int index = 0;
      boolean ends = false;
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        switch (field) {
          case "index" -> index = value == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : 0;
          case "finish_reason" -> ends = value == JsonToken.VALUE_STRING;
          case "delta" -> texts(value, ChatSlot.NO_CALL);
          default -> {
            // Skipped below.
          }
        }
        if (!field.equals("delta")) {
          parser.skipChildren();
        }
      }
      for (int i = first; i < pieces.size(); i++) {
        Piece piece = pieces.get(i);
        pieces.set(i, new Piece(slot(piece).ofChoice(index), piece.from(), piece.to()));
      }
      if (ends) {
        finished.add(index);
      }
    }

    /** The strings of a delta, or of a function. */
    private void texts(JsonToken value, int call) throws IOException {
      if (value != JsonToken.START_OBJECT) {
        parser.skipChildren();
        return;
      }
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken member = parser.nextToken();
        if (member == JsonToken.VALUE_STRING && isText(field, call)) {
          piece(call, field);
        } else if (call == ChatSlot.NO_CALL && field.equals("tool_calls")) {
          calls(member);
        } else {
          parser.skipChildren();
        }
      }
    }

    private static boolean isText(String field, int call) {
      return call == ChatSlot.NO_CALL ? !field.equals("role") : field.equals("arguments");
    }

    private void piece(int call, String field) throws IOException {
      pieces.add(Piece.at(parser, bytes, offset, new ChatSlot(0, call, field)));
    }

    private void calls(JsonToken value) throws IOException {
      if (value != JsonToken.START_ARRAY) {
        parser.skipChildren();
        return;
      }
      int place = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
          call(place);
        } else {
          parser.skipChildren();
        }
        place++;
      }
    }

    private void call(int place) throws IOException {
      int first = pieces.size();
      int index = place;
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (field.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
          index = parser.getIntValue();
        } else if (field.equals("function")) {
          texts(value, place);
        } else {
          parser.skipChildren();
        }
      }
      for (int i = first; i < pieces.size(); i++) {
        Piece piece = pieces.get(i);
        pieces.set(i, new Piece(slot(piece).ofCall(index), piece.from(), piece.to()));
      }
    }
  }
}
