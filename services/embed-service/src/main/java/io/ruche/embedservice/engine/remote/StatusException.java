package io.ruche.embedservice.engine.remote;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** An answer of another status than 200. */
final class StatusException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final int MOST_WORDS = 200;

  private final int status;
  private final @Nullable String retryAfter;

  StatusException(int status, @Nullable String retryAfter, Buffer body) {
    super(words(body), null, false, false);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  int status() {
    return status;
  }

  @Nullable String retryAfter() {
    return retryAfter;
  }

  /** What the server says of it; empty when it says nothing that can be read. */
  String said() {
    return String.valueOf(getMessage());
  }

  private static String words(Buffer body) {
    try {
      Object error = new JsonObject(body).getValue("error");
      Object message = error instanceof JsonObject object ? object.getValue("message") : error;
      String words = message == null ? "" : message.toString().strip();
      return words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) + "..." : words;
    } catch (RuntimeException noJson) {
      return "";
    }
  }
}
