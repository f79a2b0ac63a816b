package io.ruche.aiproxy.audio;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Finds how long the sound was in a transcription as it passes: {@code duration} of verbose JSON,
 * or {@code usage.seconds}. What is no JSON tells nothing. Not thread-safe.
 */
final class DurationScan {

  private static final JsonFactory JSON = new JsonFactory();

  /** Longer is no sound that anybody has sent. */
  private static final double MOST_SECONDS = 1_000_000;

  private @Nullable JsonParser parser;
  private int depth;
  private boolean inUsage;
  private long millis = -1;

  DurationScan() {
    try {
      parser = JSON.createNonBlockingByteArrayParser();
    } catch (IOException e) {
      parser = null;
    }
  }

  /** The next bytes of the answer. */
  void feed(byte[] bytes) {
    JsonParser reading = parser;
    if (reading == null || bytes.length == 0) {
      return;
    }
    try {
      ((ByteArrayFeeder) reading.getNonBlockingInputFeeder()).feedInput(bytes, 0, bytes.length);
      for (JsonToken token = reading.nextToken();
          token != null && token != JsonToken.NOT_AVAILABLE;
          token = reading.nextToken()) {
        take(reading, token);
      }
    } catch (IOException notJson) {
      parser = null;
    }
  }

  private void take(JsonParser reading, JsonToken token) throws IOException {
    if (token.isStructStart()) {
      depth++;
      inUsage =
          depth == 2 && "usage".equals(reading.getParsingContext().getParent().getCurrentName());
    } else if (token.isStructEnd()) {
      depth--;
      inUsage &= depth >= 2;
    } else if (token.isNumeric()) {
      String name = reading.currentName();
      if ((depth == 1 && "duration".equals(name))
          || (depth == 2 && inUsage && "seconds".equals(name))) {
        double seconds = reading.getDoubleValue();
        if (seconds >= 0 && seconds <= MOST_SECONDS) {
          millis = Math.round(seconds * 1_000);
        }
      }
    }
  }

  /** Milliseconds of sound; -1 when nothing was said. */
  long millis() {
    return millis;
  }
}
