package io.ruche.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An AsyncAPI file: read, held to the official schema of its version, and asked about. */
public final class AsyncApiFile {

  private static final String OFFICIAL = "/asyncapi/asyncapi-3.0.0.schema.json";

  private final JsonObject document;

  private AsyncApiFile(JsonObject document) {
    this.document = document;
  }

  /** Reads {@code resource} of the class path, for example {@code /asyncapi/bus.yaml}. */
  public static AsyncApiFile load(String resource) throws IOException {
    Map<?, ?> tree = new ObjectMapper(new YAMLFactory()).readValue(bytes(resource), Map.class);
    return of(new JsonObject(new ObjectMapper().writeValueAsString(tree)));
  }

  public static AsyncApiFile of(JsonObject document) {
    return new AsyncApiFile(document);
  }

  /** A copy of the whole. */
  public JsonObject document() {
    return document.copy();
  }

  /** What the official schema of AsyncAPI 3.0.0 finds wrong, and references that lead nowhere. */
  public List<String> flaws() throws IOException {
    JsonObject schema = new JsonObject(new String(bytes(OFFICIAL), StandardCharsets.UTF_8));
    List<String> flaws = new ArrayList<>(errors(schema, document));
    findBrokenReferences(document, flaws);
    return flaws;
  }

  private void findBrokenReferences(@Nullable Object tree, List<String> flaws) {
    if (tree instanceof JsonArray array) {
      array.forEach(item -> findBrokenReferences(item, flaws));
    } else if (tree instanceof JsonObject object) {
      if (object.getValue("$ref") instanceof String ref && find(ref) == null) {
        flaws.add(ref + " leads nowhere");
      }
      object.forEach(member -> findBrokenReferences(member.getValue(), flaws));
    }
  }

  /** The object at a pointer such as {@code #/components/schemas/id}, references followed. */
  public JsonObject at(String pointer) {
    JsonObject found = find(pointer);
    if (found == null) {
      throw new IllegalArgumentException("there is no object at " + pointer);
    }
    return found.getValue("$ref") instanceof String ref ? at(ref) : found;
  }

  private @Nullable JsonObject find(String pointer) {
    JsonObject at = document;
    for (String step : pointer.substring(2).split("/", -1)) {
      if (!(at.getValue(step) instanceof JsonObject next)) {
        return null;
      }
      at = next;
    }
    return at;
  }

  /** The messages of a channel, by their names there. */
  public Map<String, JsonObject> messages(String channel) {
    Map<String, JsonObject> messages = new java.util.TreeMap<>();
    for (String name : at("#/channels/" + channel + "/messages").fieldNames()) {
      messages.put(name, at("#/channels/" + channel + "/messages/" + name));
    }
    return messages;
  }

  /** A list of objects below a message, such as its examples; empty when it has none. */
  public static List<JsonObject> list(JsonObject message, String name) {
    return message.getJsonArray(name, new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  /** What is wrong with {@code instance} by a schema of this file. */
  public List<String> mismatches(JsonObject schema, @Nullable Object instance) {
    // The validator knows schemas by reference below the keyword "definitions" only.
    JsonObject rooted =
        new JsonObject(
            new JsonObject()
                .put("allOf", new JsonArray().add(schema))
                .put("definitions", at("#/components/schemas"))
                .encode()
                .replace("#/components/schemas/", "#/definitions/"));
    return errors(rooted, instance);
  }

  private static List<String> errors(JsonObject schema, @Nullable Object instance) {
    OutputUnit result =
        Validator.create(
                JsonSchema.of(schema),
                new JsonSchemaOptions()
                    .setDraft(Draft.DRAFT7)
                    .setBaseUri("https://asyncapi.invalid")
                    .setOutputFormat(OutputFormat.Basic))
            .validate(instance);
    if (result.getValid()) {
      return List.of();
    }
    return Objects.requireNonNullElse(result.getErrors(), List.<OutputUnit>of()).stream()
        .map(error -> error.getInstanceLocation() + ": " + error.getError())
        .toList();
  }

  private static byte[] bytes(String resource) throws IOException {
    try (InputStream in = AsyncApiFile.class.getResourceAsStream(resource)) {
      return Objects.requireNonNull(in, resource).readAllBytes();
    }
  }
}
