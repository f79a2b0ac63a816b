package io.ruche.http.openapi;

import io.ruche.http.Failure.Flaw;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.OutputUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a validator found in words: where, what is there, and what is expected. The validator
 * reports every keyword on the way down; only the keywords that really failed are told, and of
 * alternatives only the one that was meant, where that can be seen.
 */
final class SchemaFlaws {

  private static final Set<String> ALTERNATIVES = Set.of("anyOf", "oneOf");

  /** Keywords that only pass on what failed below them. */
  private static final Set<String> WAY_DOWN =
      Set.of(
          "properties",
          "patternProperties",
          "items",
          "prefixItems",
          "$ref",
          "$dynamicRef",
          "allOf",
          "if",
          "then",
          "else",
          "dependentSchemas",
          "contains");

  private final JsonObject schema;
  private final @Nullable Object instance;
  private final String where;

  /**
   * The flaws of one value.
   *
   * @param where what comes before a pointer: empty for a body, "query limit" for a parameter
   */
  SchemaFlaws(JsonObject schema, @Nullable Object instance, String where) {
    this.schema = schema;
    this.instance = instance;
    this.where = where;
  }

  void tell(List<OutputUnit> units, List<Flaw> flaws) {
    int before = flaws.size();
    tellWithin(units, flaws);
    if (flaws.size() == before) {
      flaws.add(new Flaw(place(""), "is not as the contract says"));
    }
  }

  private void tellWithin(List<OutputUnit> units, List<Flaw> flaws) {
    List<String> told = new ArrayList<>();
    for (OutputUnit unit : units) {
      String location = unit.getKeywordLocation();
      if (location == null || told.stream().anyMatch(done -> isBelow(location, done))) {
        continue;
      }
      String keyword = keyword(location);
      if (ALTERNATIVES.contains(keyword)) {
        told.add(location);
        tellAlternatives(unit, units, flaws);
      } else if (!WAY_DOWN.contains(keyword)) {
        Flaw flaw = flaw(unit, keyword);
        if (flaw != null && !flaws.contains(flaw)) {
          flaws.add(flaw);
        }
      }
    }
  }

  private void tellAlternatives(OutputUnit unit, List<OutputUnit> units, List<Flaw> flaws) {
    String location = unit.getKeywordLocation();
    if (!(valueAt(location) instanceof JsonArray branches)) {
      return;
    }
    List<List<OutputUnit>> meant = new ArrayList<>();
    StringJoiner shapes = new StringJoiner(" or ");
    for (int i = 0; i < branches.size(); i++) {
      String branch = location + "/" + i;
      List<OutputUnit> below =
          units.stream()
              .filter(u -> u.getKeywordLocation() != null)
              .filter(u -> isBelow(u.getKeywordLocation(), branch))
              .toList();
      boolean otherType =
          below.stream()
              .anyMatch(
                  u ->
                      keyword(u.getKeywordLocation()).equals("type")
                          && u.getInstanceLocation().equals(unit.getInstanceLocation()));
      if (!otherType && !below.isEmpty()) {
        meant.add(below);
      }
      shapes.add(branches.getValue(i) instanceof JsonObject o ? describe(follow(o)) : "anything");
    }
    if (meant.size() == 1) {
      tellWithin(meant.get(0), flaws);
    } else {
      String pointer = pointer(unit);
      flaws.add(
          new Flaw(
              place(pointer),
              "is " + what(instanceAt(pointer)) + "; expected exactly one shape: " + shapes));
    }
  }

  private @Nullable Flaw flaw(OutputUnit unit, String keyword) {
    String pointer = pointer(unit);
    Object value = valueAt(unit.getKeywordLocation());
    Object found = instanceAt(pointer);
    return switch (keyword) {
      case "type", "enum", "const" ->
          new Flaw(
              place(pointer),
              "is " + what(found) + "; expected " + describe(parentAt(unit.getKeywordLocation())));
      case "required" -> missing(unit, pointer, found);
      case "additionalProperties", "unevaluatedProperties" ->
          Boolean.FALSE.equals(value) ? unknown(unit, pointer) : null;
      case "minimum" -> bound(pointer, found, "at least " + value);
      case "maximum" -> bound(pointer, found, "at most " + value);
      case "exclusiveMinimum" -> bound(pointer, found, "more than " + value);
      case "exclusiveMaximum" -> bound(pointer, found, "less than " + value);
      case "multipleOf" -> bound(pointer, found, "a multiple of " + value);
      case "minLength" -> bound(pointer, found, "at least " + value + " characters");
      case "maxLength" -> bound(pointer, found, "at most " + value + " characters");
      case "pattern" -> bound(pointer, found, "text that matches " + value);
      case "format" -> bound(pointer, found, "the format " + value);
      case "minItems" -> bound(pointer, found, "at least " + value + " items");
      case "maxItems" -> bound(pointer, found, "at most " + value + " items");
      case "uniqueItems" -> bound(pointer, found, "items that all differ");
      case "minProperties" -> bound(pointer, found, "at least " + value + " members");
      case "maxProperties" -> bound(pointer, found, "at most " + value + " members");
      default -> new Flaw(place(pointer), SchemaCheck.brief(String.valueOf(unit.getError())));
    };
  }

  private Flaw bound(String pointer, @Nullable Object found, String expected) {
    return new Flaw(place(pointer), "is " + what(found) + "; expected " + expected);
  }

  private @Nullable Flaw missing(OutputUnit unit, String pointer, @Nullable Object found) {
    JsonObject parent = parentAt(unit.getKeywordLocation());
    if (!(found instanceof JsonObject object)) {
      return null;
    }
    // The validator reports each missing name apart, in the order of the list, and names it in
    // words.
    for (Object name : parent.getJsonArray("required", new JsonArray())) {
      if (!object.containsKey(String.valueOf(name))
          && String.valueOf(unit.getError()).contains("\"" + name + "\"")) {
        JsonObject wanted =
            parent.getJsonObject("properties", new JsonObject()).getValue(String.valueOf(name))
                    instanceof JsonObject property
                ? follow(property)
                : new JsonObject();
        return new Flaw(
            place(pointer + "/" + escape(String.valueOf(name))),
            "is missing; expected " + describe(wanted));
      }
    }
    return null;
  }

  private @Nullable Flaw unknown(OutputUnit unit, String pointer) {
    JsonObject parent = parentAt(unit.getKeywordLocation());
    JsonObject known = parent.getJsonObject("properties", new JsonObject());
    List<String> tokens = LocalRef.tokens(pointer);
    String name = tokens.isEmpty() ? "" : tokens.get(tokens.size() - 1);
    boolean declared =
        known.containsKey(name)
            || parent.getJsonObject("patternProperties", new JsonObject()).fieldNames().stream()
                .anyMatch(pattern -> Pattern.compile(pattern).matcher(name).find());
    // The validator also reports a declared member here when its value is wrong, which is told
    // apart.
    return declared
        ? null
        : new Flaw(
            place(pointer),
            "is not known; known here are " + String.join(", ", known.fieldNames()));
  }

  /** What a schema wants, in a few words. */
  static String describe(JsonObject schema) {
    if (schema.containsKey("const")) {
      return Json.encode(schema.getValue("const"));
    }
    if (schema.getValue("enum") instanceof JsonArray values) {
      StringJoiner names = new StringJoiner(", ", "one of ", "");
      values.forEach(value -> names.add(Json.encode(value)));
      return names.toString();
    }
    Object type = schema.getValue("type");
    if (type instanceof JsonArray types) {
      StringJoiner names = new StringJoiner(" or ");
      types.forEach(name -> names.add(String.valueOf(name)));
      return names.toString();
    }
    return type == null ? "a value as the contract says" : String.valueOf(type);
  }

  /** What a value is, short enough to be repeated to its sender. */
  private static String what(@Nullable Object found) {
    if (found instanceof JsonObject) {
      return "an object";
    }
    if (found instanceof JsonArray array) {
      return "an array of " + array.size();
    }
    if (found instanceof String text && text.length() > 100) {
      return "a string of " + text.length() + " characters";
    }
    return SchemaCheck.brief(Json.encode(found));
  }

  private String place(String pointer) {
    if (where.isEmpty()) {
      return pointer.isEmpty() ? "body" : pointer;
    }
    return where + pointer;
  }

  private static String pointer(OutputUnit unit) {
    String location = unit.getInstanceLocation();
    return location.startsWith("#") ? location.substring(1) : location;
  }

  private @Nullable Object instanceAt(String pointer) {
    return instance == null ? null : LocalRef.step(instance, pointer);
  }

  private JsonObject follow(JsonObject object) {
    return LocalRef.follow(schema, object);
  }

  /** The schema that has the keyword at a location such as {@code #/properties/a/$ref/type}. */
  private JsonObject parentAt(String location) {
    int last = location.lastIndexOf('/');
    return valueAt(location.substring(0, last)) instanceof JsonObject object
        ? object
        : new JsonObject();
  }

  private @Nullable Object valueAt(String location) {
    Object at = schema;
    for (String token : LocalRef.tokens(location.substring(location.indexOf('#') + 1))) {
      at =
          token.equals("$ref") && at instanceof JsonObject object
              ? follow(object)
              : LocalRef.child(at, token);
      if (at == null) {
        return null;
      }
    }
    return at;
  }

  private static String keyword(String location) {
    return location.substring(location.lastIndexOf('/') + 1);
  }

  private static boolean isBelow(String location, String above) {
    return location.startsWith(above + "/");
  }

  private static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
