package io.ruche.embedservice.events;

import io.ruche.http.Failure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a caller says about a document: texts, numbers, booleans, and lists of these. */
public final class Metadata {

  private static final int MOST_FIELDS = 64;
  private static final int MOST_VALUES = 100;
  private static final int LONGEST_TEXT = 1_000;
  private static final int LONGEST = 16 * 1_024;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");

  private Metadata() {}

  /**
   * Checks metadata; nothing is an empty object.
   *
   * @throws Failure 422 that says which field is wrong
   */
  public static JsonObject checked(@Nullable Object given) {
    if (given == null) {
      return new JsonObject();
    }
    if (!(given instanceof JsonObject metadata)) {
      throw Failure.unprocessable("metadata must be an object, such as {\"year\": 2026}.");
    }
    if (metadata.size() > MOST_FIELDS || metadata.encode().length() > LONGEST) {
      throw Failure.unprocessable(
          "metadata has at most " + MOST_FIELDS + " fields and " + LONGEST + " characters.");
    }
    for (Map.Entry<String, Object> field : metadata) {
      if (!NAME.matcher(field.getKey()).matches()) {
        throw Failure.unprocessable(
            "metadata: a field's name has 1 to 64 of A-Z, a-z, 0-9, '_', '-' and '.', and does not"
                + " begin with '-' or '.'.");
      }
      if (!isValue(field.getValue()) && !isList(field.getValue())) {
        throw Failure.unprocessable(
            "metadata."
                + field.getKey()
                + " must be a text of up to "
                + LONGEST_TEXT
                + " characters, a number, a boolean, or a list of up to "
                + MOST_VALUES
                + " of these.");
      }
    }
    return metadata;
  }

  private static boolean isList(@Nullable Object value) {
    return value instanceof JsonArray array
        && array.size() <= MOST_VALUES
        && array.stream().allMatch(Metadata::isValue);
  }

  private static boolean isValue(@Nullable Object value) {
    return switch (value) {
      case String text -> text.length() <= LONGEST_TEXT && text.indexOf('\0') < 0;
      case Number number -> Double.isFinite(number.doubleValue());
      case Boolean truth -> true;
      case null, default -> false;
    };
  }
}
