package io.ruche.bus.envelope;

import io.vertx.core.buffer.Buffer;
import java.util.Locale;

/**
 * Bytes and what they are. The bytes are never changed on their way through the bus.
 *
 * @param contentType a media type such as {@code application/json}
 */
public record Payload(String contentType, Buffer data) {

  public static final String JSON = "application/json";
  public static final String BYTES = "application/octet-stream";

  /** A payload whose bytes are one JSON value. */
  public static Payload json(Buffer data) {
    return new Payload(JSON, data);
  }

  /** A payload whose bytes are one JSON value, from its text. */
  public static Payload json(String data) {
    return json(Buffer.buffer(data));
  }

  public boolean isJson() {
    return isJson(contentType);
  }

  static boolean isJson(String contentType) {
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    String word = type.strip().toLowerCase(Locale.ROOT);
    return word.equals(JSON) || word.endsWith("+json");
  }
}
