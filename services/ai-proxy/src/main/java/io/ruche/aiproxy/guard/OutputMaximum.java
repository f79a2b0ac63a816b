package io.ruche.aiproxy.guard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds one body to a maximum of output tokens, of all choices together: it may ask for less, and
 * where it does not say how many, or only where not every target reads it, that is written into it.
 */
final class OutputMaximum {

  static final String CODE = "max_output_tokens_exceeded";

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private final long most;
  private final String whose;
  private final List<String> fields;
  private final JsonParser parser;
  private long choices = 1;
  private long asked;
  private @Nullable String askedBy;

  /** Whether a field says how many that every target reads. */
  private boolean counts;

  /** Where a null stands that such a field has, which says nothing; -1 for nowhere. */
  private int nullAt = -1;

  private OutputMaximum(Held held, long most, List<String> fields, JsonParser parser) {
    this.most = most;
    this.whose = held.spelled();
    this.fields = fields;
    this.parser = parser;
  }

  /**
   * The body with a maximum in it, or the body itself where it asks for a number that is allowed.
   *
   * @param body one JSON object that has no field for a maximum twice
   * @param open behind the brace that opens it
   * @param fields what says the maximum to every target; the first where the body has none
   * @throws Failure 400 that says what was asked and what may be
   */
  static Buffer in(Buffer body, int open, Held held, long most, List<String> fields) {
    try (JsonParser parser = JSON.createParser(body.getBytes())) {
      OutputMaximum maximum = new OutputMaximum(held, most, fields, parser);
      maximum.read();
      return maximum.patched(body, open);
    } catch (IOException e) {
      throw new UncheckedIOException("reading what was read before", e);
    }
  }

  private void read() throws IOException {
    parser.nextToken();
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      switch (field) {
        case "n" -> choices = Math.max(choices, value == JsonToken.VALUE_NULL ? 1 : count(field));
        case "max_tokens", "max_completion_tokens", "max_output_tokens" -> maximum(field, value);
        default -> parser.skipChildren();
      }
    }
  }

  private void maximum(String field, JsonToken value) throws IOException {
    boolean isRead = fields.contains(field);
    if (value == JsonToken.VALUE_NULL) {
      nullAt = isRead ? (int) parser.currentTokenLocation().getByteOffset() : nullAt;
      return;
    }
    long count = count(field);
    counts |= isRead;
    if (count >= asked) {
      asked = count;
      askedBy = field;
    }
  }

  /** What a provider may read as another number, or as none, is refused. */
  private long count(String field) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        return Integer.MAX_VALUE;
      }
      long count = parser.getLongValue();
      if (count > 0) {
        return Math.min(count, Integer.MAX_VALUE);
      }
    }
    parser.skipChildren();
    throw refused(
        "invalid_value",
        field,
        field + " must be a whole number of at least 1, since " + whose + " has a maximum.");
  }

  private Buffer patched(Buffer body, int open) {
    if (asked * choices > most || choices > most) {
      String by = askedBy == null ? "n" : askedBy;
      String wanted =
          askedBy == null
              ? choices + " choices"
              : asked + " output tokens" + (choices > 1 ? " for each of " + choices : "");
      throw refused(
          CODE,
          by,
          by
              + " asks for "
              + wanted
              + ", and "
              + whose
              + " may ask for "
              + most
              + " output tokens in one request: ask for less.");
    }
    if (counts) {
      return body;
    }
    long each = asked > 0 ? asked : most / choices;
    if (nullAt >= 0) {
      return Buffer.buffer(body.length() + 16)
          .appendBuffer(body, 0, nullAt)
          .appendString(Long.toString(each))
          .appendBuffer(body, nullAt + 4, body.length() - nullAt - 4);
    }
    String patch = "\"" + fields.getFirst() + "\":" + each + ",";
    return Buffer.buffer(body.length() + patch.length())
        .appendBuffer(body, 0, open)
        .appendString(patch)
        .appendBuffer(body, open, body.length() - open);
  }

  private static Failure refused(String code, String field, String detail) {
    return Failure.of(400, code, "The request asks for more than it may", detail)
        .withFlaws(List.of(new Failure.Flaw("/" + field, detail)));
  }
}
