package io.ruche.aiproxy.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** JSON that fits a schema, always the same: the text of a field is the field's name. */
final class SchemaSample {

  private static final String DEFINITIONS = "#/$defs/";

  private final JsonObject definitions;

  private SchemaSample(JsonObject definitions) {
    this.definitions = definitions;
  }

  /** An object for the schema of an object. */
  static String of(JsonObject schema) {
    SchemaSample sample = new SchemaSample(schema.getJsonObject("$defs", new JsonObject()));
    return sample.object(schema).encode();
  }

  private JsonObject object(JsonObject schema) {
    JsonObject sample = new JsonObject();
    for (String field : schema.getJsonObject("properties", new JsonObject()).fieldNames()) {
      sample.put(field, value(field, schema.getJsonObject("properties").getJsonObject(field)));
    }
    return sample;
  }

  private @Nullable Object value(String field, JsonObject schema) {
    String reference = schema.getString("$ref", "");
    if (reference.startsWith(DEFINITIONS)) {
      return value(field, definitions.getJsonObject(reference.substring(DEFINITIONS.length())));
    }
    if (schema.getValue("enum") instanceof JsonArray choices) {
      return choices.getValue(0);
    }
    Object type = schema.getValue("type");
    return switch (type instanceof JsonArray any ? any.getString(0) : String.valueOf(type)) {
      case "integer" -> 7;
      case "number" -> 7.5;
      case "boolean" -> true;
      case "null" -> null;
      case "array" -> new JsonArray().add(value(field, schema.getJsonObject("items")));
      case "object" -> object(schema);
      default -> field;
    };
  }
}
