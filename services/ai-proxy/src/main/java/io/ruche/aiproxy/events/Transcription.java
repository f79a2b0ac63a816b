package io.ruche.aiproxy.events;

import io.ruche.aiproxy.audio.SoundForm.Field;
import io.ruche.aiproxy.operation.FieldFailures;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a command {@code transcribe}.
 *
 * @param fields of the form that goes to the provider, in order
 * @param fileName whose end tells what the sound is
 * @param audio the sound itself; null where {@code key} names it
 * @param key of an object in S3, below the tenant's prefix; null where the payload has the sound
 */
record Transcription(
    Operation operation,
    List<Field> fields,
    String fileName,
    @Nullable Buffer audio,
    @Nullable String key) {

  /** The fields there are; anything else is refused, because it would be lost silently. */
  static final List<String> FIELDS =
      List.of(
          "audio",
          "s3",
          "filename",
          "format",
          "task",
          "model",
          "language",
          "prompt",
          "temperature",
          "response_format",
          "timestamp_granularities");

  private static final Set<String> GRANULARITIES = Set.of("word", "segment");
  private static final Set<String> RESULTS = Set.of("json", "verbose_json");

  /**
   * Reads a payload.
   *
   * @param tenant below whose prefix an S3 key must lie
   * @param defaultModel where the payload names none
   * @throws Failure that says what is wrong and where
   */
  static Transcription read(Buffer payload, String tenant, String defaultModel) {
    JsonObject object;
    try {
      object = new JsonObject(payload);
    } catch (DecodeException | ClassCastException e) {
      throw Failure.of(
          400,
          "invalid_command",
          "The command's payload is not valid",
          "The payload is not a JSON object; send {\"audio\": \"<base64>\", \"format\": \"ogg\"} or"
              + " {\"s3\": \""
              + tenant
              + "/...\"}.");
    }
    requireKnown(object);
    String audio = text(object, "audio");
    String key = text(object, "s3");
    if ((audio == null) == (key == null)) {
      throw FieldFailures.wrong(
          "invalid_value", "audio", "Send one of audio (base64) and s3 (the key of an object).");
    }
    if (key != null) {
      requireBelow(key, tenant);
    }
    return new Transcription(
        operation(object),
        fields(object, defaultModel),
        fileName(object, key),
        audio == null ? null : decoded(audio),
        key);
  }

  private static void requireKnown(JsonObject object) {
    Set<String> unknown = new TreeSet<>(object.fieldNames());
    FIELDS.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw FieldFailures.wrong(
          "unknown_parameter",
          unknown.iterator().next(),
          "A transcription has no "
              + String.join(", ", unknown)
              + "; it has "
              + String.join(", ", FIELDS)
              + ".");
    }
  }

  /** Another tenant's objects are nobody's business, by whatever way a key tries to get there. */
  private static void requireBelow(String key, String tenant) {
    List<String> levels = List.of(key.split("/", -1));
    boolean steps = levels.contains("") || levels.contains(".") || levels.contains("..");
    boolean odd = key.length() > 1_024 || key.chars().anyMatch(c -> c < 0x20 || c == '\\');
    if (!key.startsWith(tenant + "/") || steps || odd) {
      throw FieldFailures.wrong(
          "invalid_value", "s3", "s3 must be the key of an object below " + tenant + "/.");
    }
  }

  private static Operation operation(JsonObject object) {
    String task = text(object, "task");
    return switch (task == null ? "transcribe" : task) {
      case "transcribe" -> Operation.TRANSCRIPTION;
      case "translate" -> Operation.TRANSLATION;
      default ->
          throw FieldFailures.wrong(
              "invalid_value", "task", "task must be transcribe or translate, not " + task + ".");
    };
  }

  private static List<Field> fields(JsonObject object, String defaultModel) {
    List<Field> fields = new ArrayList<>();
    String model = text(object, "model");
    fields.add(new Field("model", model == null ? defaultModel : model));
    for (String name : List.of("language", "prompt")) {
      String value = text(object, name);
      if (value != null) {
        fields.add(new Field(name, value));
      }
    }
    if (object.getValue("temperature") instanceof Number temperature) {
      fields.add(new Field("temperature", temperature.toString()));
    } else if (object.containsKey("temperature")) {
      throw wrongType("temperature", "a number");
    }
    String format = text(object, "response_format");
    if (format != null && !RESULTS.contains(format)) {
      throw FieldFailures.wrong(
          "invalid_value", "response_format", "response_format must be json or verbose_json.");
    }
    // Verbose JSON tells how long the sound was, which is what it costs.
    fields.add(new Field("response_format", format == null ? "verbose_json" : format));
    addGranularities(object, fields);
    return fields;
  }

  private static void addGranularities(JsonObject object, List<Field> fields) {
    Object given = object.getValue("timestamp_granularities");
    if (given instanceof JsonArray all && GRANULARITIES.containsAll(all.getList())) {
      all.forEach(one -> fields.add(new Field("timestamp_granularities[]", String.valueOf(one))));
    } else if (given != null) {
      throw wrongType("timestamp_granularities", "an array of word and segment");
    }
  }

  private static String fileName(JsonObject object, @Nullable String key) {
    String name = text(object, "filename");
    String format = text(object, "format");
    if (name != null) {
      return name;
    }
    if (format != null) {
      return "audio." + format;
    }
    if (key != null) {
      return key.substring(key.lastIndexOf('/') + 1);
    }
    throw FieldFailures.missing(
        "format", "the kind of sound, such as ogg, wav or mp3; or send filename");
  }

  private static Buffer decoded(String audio) {
    try {
      return Buffer.buffer(Base64.getDecoder().decode(audio.replaceAll("\\s", "")));
    } catch (IllegalArgumentException e) {
      throw FieldFailures.wrong("invalid_value", "audio", "audio must be base64.");
    }
  }

  private static @Nullable String text(JsonObject object, String field) {
    Object value = object.getValue(field);
    if (value == null) {
      return null;
    }
    if (value instanceof String text && !text.isBlank()) {
      return text;
    }
    throw wrongType(field, "a string that is not blank");
  }

  private static Failure wrongType(String field, String right) {
    return FieldFailures.wrong("invalid_type", field, field + " must be " + right + ".");
  }
}
