package io.ruche.aiproxy.cache.entry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Tells whether an answer is all of what a model had to say: a JSON object, or a stream up to its
 * {@code [DONE]}, with one choice that has ended by itself and without an error anywhere in it.
 */
public final class Completeness {

  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
  private static final String DONE = "[DONE]";

  private boolean ended;
  private boolean flawed;

  private Completeness() {}

  /** Whether it is worth keeping. */
  public static boolean of(KeptAnswer answer) {
    Completeness seen = new Completeness();
    byte[] body = answer.body();
    try {
      if (!answer.isStream()) {
        seen.object(body, 0, body.length);
      } else if (!seen.events(body)) {
        return false;
      }
    } catch (IOException notJson) {
      return false;
    }
    return seen.ended && !seen.flawed;
  }

  /** Whether the last event says that it was the last. */
  private boolean events(byte[] body) throws IOException {
    boolean done = false;
    int start = 0;
    for (int i = 0; i <= body.length; i++) {
      if (i == body.length || body[i] == '\n') {
        done = line(body, start, i, done);
        start = i + 1;
      }
    }
    return done;
  }

  private boolean line(byte[] body, int start, int end, boolean done) throws IOException {
    int from = start + DATA.length;
    if (end < from || !Arrays.equals(body, start, from, DATA, 0, DATA.length)) {
      return done;
    }
    if (end - from <= DONE.length() + 2
        && new String(body, from, end - from, StandardCharsets.US_ASCII).strip().equals(DONE)) {
      return true;
    }
    object(body, from, end - from);
    return false;
  }

  private void object(byte[] body, int from, int length) throws IOException {
    try (JsonParser parser = JSON.createParser(body, from, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        flawed = true;
        return;
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (name.equals("error") && value != JsonToken.VALUE_NULL) {
          flawed = true;
        }
        if (name.equals("choices") && value == JsonToken.START_ARRAY) {
          choices(parser);
        } else {
          parser.skipChildren();
        }
      }
      flawed |= parser.nextToken() != null;
    }
  }

  private void choices(JsonParser parser) throws IOException {
    int count = 0;
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      count++;
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (name.equals("finish_reason") && value == JsonToken.VALUE_STRING) {
          finish(parser.getText());
        } else if (name.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
          flawed |= parser.getLongValue() != 0;
        } else {
          parser.skipChildren();
        }
      }
    }
    flawed |= count > 1;
  }

  /** An answer that was filtered, or ended for a reason unknown here, may be another next time. */
  private void finish(String reason) {
    switch (reason) {
      case "stop", "length", "tool_calls", "function_call" -> ended = true;
      default -> flawed = true;
    }
  }
}
