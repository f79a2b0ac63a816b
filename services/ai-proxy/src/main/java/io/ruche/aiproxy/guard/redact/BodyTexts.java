package io.ruche.aiproxy.guard.redact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ruche.aiproxy.operation.FieldNames;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Walks through the strings of a request's body that people and tools have written for the model:
 * the contents of messages, their text parts, the results and the arguments of tools. Models,
 * schemas, names, pictures and sounds are passed over.
 */
final class BodyTexts {

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  /** Takes the strings, in their order. */
  interface Taker {

    /**
     * One that the body has from {@code from} to {@code to}, its quotes not included.
     *
     * @param escaped whether there are backslashes in it
     */
    void text(int from, int to, boolean escaped);
  }

  private final byte[] body;
  private final JsonParser parser;
  private final Taker taker;

  private BodyTexts(byte[] body, JsonParser parser, Taker taker) {
    this.body = body;
    this.parser = parser;
    this.taker = taker;
  }

  /** Walks through a body that was found to be one JSON object. */
  static void walk(byte[] body, Taker taker) {
    try (JsonParser parser = JSON.createParser(body)) {
      new BodyTexts(body, parser, taker).walk();
    } catch (IOException e) {
      throw new UncheckedIOException("reading what was read before", e);
    }
  }

  private void walk() throws IOException {
    parser.nextToken();
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      switch (field) {
        case "messages" -> value(value, false, false);
        case "input", "prompt", "instructions", "system" -> value(value, true, false);
        case "prediction" -> value(value, false, false);
        default -> parser.skipChildren();
      }
    }
  }

  /**
   * Passes through a value.
   *
   * @param text whether it is text when it is a string, or a list of strings
   * @param all whether every string below is text, whatever its name
   */
  private void value(JsonToken value, boolean text, boolean all) throws IOException {
    switch (value) {
      case VALUE_STRING -> {
        if (text) {
          int start = (int) parser.currentTokenLocation().getByteOffset() + 1;
          text(start);
        }
      }
      case START_ARRAY -> {
        for (JsonToken item = parser.nextToken();
            item != JsonToken.END_ARRAY;
            item = parser.nextToken()) {
          value(item, text, all);
        }
      }
      case START_OBJECT -> object(all);
      default -> {
        // Numbers and the like hold no text.
      }
    }
  }

  private void object(boolean all) throws IOException {
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      // As the providers read it that ignore upper and lower case.
      String name = FieldNames.folded(field);
      boolean arguments = name.equals("arguments") || name.equals("input");
      value(value, all || arguments || isText(name), all || (arguments && value.isStructStart()));
    }
  }

  private static boolean isText(String field) {
    return switch (field) {
      case "content", "text", "refusal", "reasoning", "reasoning_content", "thinking", "output" ->
          true;
      default -> false;
    };
  }

  private void text(int from) {
    byte[] in = body;
    boolean escaped = false;
    int at = from;
    while (in[at] != '"') {
      if (in[at] == '\\') {
        escaped = true;
        at++;
      }
      at++;
    }
    taker.text(from, at, escaped);
  }
}
