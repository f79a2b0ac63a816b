package io.ruche.aiproxy.objects;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.aiproxy.usage.Usage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One line of a batch's output: {@code {"custom_id", "response": {"body": {"model", "usage"}}}}.
 * What else stands in it is passed over.
 *
 * @param model that answered, by the provider's name
 * @param usage what the answer used
 */
record OutputLine(String model, Usage usage) {

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private static final int LONGEST_MODEL = 256;

  /** Null for a request that used nothing, and for what is no such line. */
  static @Nullable OutputLine read(byte[] line, int length) {
    try (JsonParser parser = JSON.createParser(line, 0, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      Told told = new Told();
      enter(parser, "response", () -> enter(parser, "body", () -> told.read(parser)));
      return told.line();
    } catch (IOException noJson) {
      return null;
    }
  }

  @FunctionalInterface
  private interface Inside {
    void read() throws IOException;
  }

  /** Reads the object of that name in the present one, to whose end it goes on. */
  private static void enter(JsonParser parser, String name, Inside inside) throws IOException {
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      if (parser.nextToken() == JsonToken.START_OBJECT && field.equals(name)) {
        inside.read();
      } else {
        parser.skipChildren();
      }
    }
  }

  /** What a body says. */
  private static final class Told {

    private String model = "";
    private long input;
    private long cached;
    private long output;

    void read(JsonParser parser) throws IOException {
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (field.equals("model") && value == JsonToken.VALUE_STRING) {
          model = parser.getText();
        } else if (field.equals("usage") && value == JsonToken.START_OBJECT) {
          usage(parser);
        } else {
          parser.skipChildren();
        }
      }
    }

    private void usage(JsonParser parser) throws IOException {
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        switch (field) {
          case "prompt_tokens", "input_tokens" -> input = count(parser, value);
          case "completion_tokens", "output_tokens" -> output = count(parser, value);
          case "prompt_tokens_details", "input_tokens_details" -> {
            if (value == JsonToken.START_OBJECT) {
              details(parser);
            } else {
              parser.skipChildren();
            }
          }
          default -> parser.skipChildren();
        }
      }
    }

    private void details(JsonParser parser) throws IOException {
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (field.equals("cached_tokens")) {
          cached = count(parser, value);
        } else {
          parser.skipChildren();
        }
      }
    }

    private static long count(JsonParser parser, JsonToken value) throws IOException {
      if (value == JsonToken.VALUE_NUMBER_INT
          && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
        return Math.max(0, parser.getLongValue());
      }
      parser.skipChildren();
      return 0;
    }

    @Nullable OutputLine line() {
      return model.isEmpty() || model.length() > LONGEST_MODEL || input + output == 0
          ? null
          : new OutputLine(
              model, new Usage(input, Math.min(cached, input), output, UsageSource.PROVIDER));
    }
  }
}
