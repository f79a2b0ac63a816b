package io.ruche.aiproxy.guard.redact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One chat.completion.chunk.
 *
 * @param pieces of texts, in the order of their places
 * @param finished the indexes of the choices that it ends
 * @param head the members that every chunk of the stream has, with a comma behind each
 */
record Chunk(List<Piece> pieces, List<Integer> finished, String head) {

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  /**
   * A piece of a text.
   *
   * @param from where its bytes begin, behind the quote
   * @param to where they end, at the other quote
   */
  record Piece(Slot slot, int from, int to) {}

  /** Reads what an event has behind {@code data:}; null when it is no chunk with choices. */
  static @Nullable Chunk read(byte[] bytes, int from, int to) {
    try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
      return new Scan(bytes, from, parser).read();
    } catch (IOException e) {
      return null;
    }
  }

  /** A chunk of the same stream that has nothing but one piece, given as its bytes in JSON. */
  Buffer withOnly(Slot slot, byte[] text) {
    String field = slot.field();
    Buffer chunk =
        Buffer.buffer("{" + head + "\"choices\":[{\"index\":" + slot.choice() + ",\"delta\":{");
    boolean call = slot.call() != Slot.NO_CALL;
    if (call) {
      chunk.appendString("\"tool_calls\":[{\"index\":" + slot.call() + ",\"function\":{");
    }
    chunk
        .appendString("\"" + new String(JsonStringEncoder.getInstance().quoteAsString(field)))
        .appendString("\":\"")
        .appendBytes(text)
        .appendString("\"");
    return chunk.appendString((call ? "}}]" : "") + "},\"finish_reason\":null}]}");
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
      return found ? new Chunk(pieces, finished, head.toString()) : null;
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
          case "delta" -> texts(value, Slot.NO_CALL);
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
        Slot slot = new Slot(index, piece.slot().call(), piece.slot().field());
        pieces.set(i, new Piece(slot, piece.from(), piece.to()));
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
        } else if (call == Slot.NO_CALL && field.equals("tool_calls")) {
          calls(member);
        } else {
          parser.skipChildren();
        }
      }
    }

    private static boolean isText(String field, int call) {
      return call == Slot.NO_CALL ? !field.equals("role") : field.equals("arguments");
    }

    private void piece(int call, String field) throws IOException {
      // Fails here where the string has no end.
      parser.finishToken();
      int from = offset + (int) parser.currentTokenLocation().getByteOffset() + 1;
      int to = from;
      while (bytes[to] != '"') {
        to += bytes[to] == '\\' ? 2 : 1;
      }
      pieces.add(new Piece(new Slot(0, call, field), from, to));
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
        Slot slot = new Slot(0, index, piece.slot().field());
        pieces.set(i, new Piece(slot, piece.from(), piece.to()));
      }
    }
  }
}
