package io.ruche.aiproxy.cache.semantic;

import io.ruche.aiproxy.cache.entry.CanonicalRequest;
import io.ruche.aiproxy.cache.entry.Digest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The last message of a request, when it is a user's text. Only it may be another one in a request
 * that gets the same answer; all else is the same to the byte.
 *
 * @param text what the user says
 * @param rest the message without its text, as JSON
 * @param numbers all numbers in the text: texts that differ in a number are near one another and
 *     mean something else
 */
public record LastMessage(String text, String rest, String numbers) {

  /** Longer texts say too much for one vector. */
  private static final int LONGEST = 8_192;

  private static final Pattern NUMBER = Pattern.compile("\\p{Nd}+");

  /** Reads it; null when it is anything else, such as a picture or the result of a tool. */
  public static @Nullable LastMessage of(CanonicalRequest request) {
    JsonObject message;
    try {
      message = new JsonObject(request.lastMessage());
    } catch (DecodeException | ClassCastException noObject) {
      return null;
    }
    String text = "user".equals(message.getValue("role")) ? text(message.remove("content")) : null;
    if (text == null || text.isBlank() || text.length() > LONGEST) {
      return null;
    }
    return new LastMessage(text, message.encode(), numbers(text));
  }

  private static @Nullable String text(@Nullable Object content) {
    if (content instanceof String text) {
      return text;
    }
    if (content instanceof JsonArray parts
        && parts.size() == 1
        && parts.getValue(0) instanceof JsonObject part
        && "text".equals(part.getValue("type"))
        && part.size() == 2
        && part.getValue("text") instanceof String text) {
      return text;
    }
    return null;
  }

  private static String numbers(String text) {
    StringBuilder numbers = new StringBuilder();
    Matcher found = NUMBER.matcher(text);
    while (found.find()) {
      numbers.append(found.group()).append(' ');
    }
    return numbers.toString();
  }

  /** Adds all of a request in which another one must be the same. */
  public void addContextTo(Digest digest, CanonicalRequest request) {
    request.addAllBeforeLastTo(digest);
    digest.text(rest).text(numbers);
  }
}
