package io.ruche.http.openapi;

import io.ruche.http.Failure.Flaw;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One schema of a contract. Confined to an event loop: the validator keeps wrappers in its schema
 * as it goes.
 */
final class SchemaCheck {

  private static final int MAX_ECHO = 60;
  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions()
          .setDraft(Draft.DRAFT202012)
          .setBaseUri("https://contract.invalid")
          .setOutputFormat(OutputFormat.Basic);

  private final JsonObject schema;
  private final JsonObject resolved;
  private final Validator validator;

  SchemaCheck(JsonObject document, JsonObject schema) {
    // References are relative to the root, so the components come along.
    this.schema =
        schema.copy().put("components", document.getJsonObject("components", new JsonObject()));
    this.resolved = LocalRef.follow(document, schema);
    this.validator = Validator.create(JsonSchema.of(this.schema.copy()), OPTIONS);
  }

  /** What the schema wants, in a few words: "string", "one of asc, desc", "integer or null". */
  String expected() {
    return SchemaFlaws.describe(resolved);
  }

  boolean allowsArray() {
    return "array".equals(resolved.getValue("type"));
  }

  /** Checks a body; flaws are at JSON pointers into it, and at "body" for the whole. */
  void check(@Nullable Object instance, List<Flaw> flaws) {
    validate(instance, "", flaws);
  }

  /** Checks a parameter, given as text, read as the type that the schema wants. */
  void checkText(List<String> given, String where, List<Flaw> flaws) {
    if (!allowsArray()) {
      validate(typed(resolved, given.get(0)), where, flaws);
      return;
    }
    List<String> texts = given.size() == 1 ? List.of(given.get(0).split(",", -1)) : given;
    JsonObject items = resolved.getJsonObject("items", new JsonObject());
    List<@Nullable Object> values = new ArrayList<>();
    for (String text : texts) {
      values.add(typed(items, text));
    }
    validate(new JsonArray(values), where, flaws);
  }

  private void validate(@Nullable Object instance, String where, List<Flaw> flaws) {
    OutputUnit result;
    try {
      result = validator.validate(instance);
    } catch (StackOverflowError e) {
      flaws.add(new Flaw(where.isEmpty() ? "body" : where, "is nested too deeply"));
      return;
    }
    if (!result.getValid()) {
      List<OutputUnit> units = Objects.requireNonNullElse(result.getErrors(), List.of());
      new SchemaFlaws(schema, instance, where).tell(units, flaws);
    }
  }

  /** A text as a number or a boolean where the schema wants one; itself where it is none. */
  private static Object typed(JsonObject schema, String text) {
    Object type = schema.getValue("type");
    boolean integer = wants(type, "integer");
    try {
      if (integer || wants(type, "number")) {
        // Not an if-else expression, which would make a double of the long.
        if (integer) {
          return Long.valueOf(text);
        }
        return Double.valueOf(text);
      }
    } catch (NumberFormatException e) {
      return text;
    }
    if (wants(type, "boolean") && (text.equals("true") || text.equals("false"))) {
      return Boolean.valueOf(text);
    }
    return text;
  }

  private static boolean wants(@Nullable Object type, String name) {
    return name.equals(type) || (type instanceof JsonArray types && types.contains(name));
  }

  /** A text from outside, short enough to be repeated to its sender. */
  static String brief(String text) {
    String line = oneLine(text);
    return line.length() <= MAX_ECHO ? line : line.substring(0, MAX_ECHO) + "...";
  }

  static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").trim();
  }
}
