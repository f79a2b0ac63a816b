package io.ruche.embedservice.events;

import io.ruche.bus.envelope.Identifiers;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.order.Order;
import io.ruche.embedservice.ingest.order.Source;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The payload of the command {@code index}: {@code {"collection", "id", "text" | "s3" | "base64",
 * "contentType", "name", "metadata"}}.
 */
public final class IndexCommand {

  private static final Set<String> FIELDS =
      Set.of("collection", "id", "text", "s3", "base64", "contentType", "name", "metadata");
  private static final int LONGEST_NAME = 255;

  private IndexCommand() {}

  /**
   * Reads a payload.
   *
   * @throws Failure 422 that says what of it is wrong
   */
  static Order read(Buffer payload, String tenant, Instant accepted) {
    JsonObject json = object(payload);
    requireKnown(json, FIELDS);
    Space space = new Space(tenant, Names.collection(json.getValue("collection")));
    String id = Names.document(json.getValue("id"));
    Source source = source(json, tenant);
    String type = text(json, "contentType");
    String name = text(json, "name");
    return new Order(
        space,
        id,
        accepted,
        source,
        type != null
            ? type
            : source instanceof Source.Text ? "text/plain" : "application/octet-stream",
        fileName(name != null ? name : id),
        Metadata.checked(json.getValue("metadata")));
  }

  /** {@code {"collection", "document"}}, as far as a payload that may be wrong names them. */
  static JsonObject named(Buffer payload) {
    JsonObject named = new JsonObject();
    try {
      JsonObject json = new JsonObject(payload);
      if (json.getValue("collection") instanceof String name && Identifiers.isLevel(name)) {
        named.put("collection", name);
      }
      if (json.getValue("id") instanceof String id && Names.isDocument(id)) {
        named.put("document", id);
      }
    } catch (DecodeException | ClassCastException unreadable) {
      // Then it names none.
    }
    return named;
  }

  /** A payload as an object. */
  static JsonObject object(Buffer payload) {
    try {
      return new JsonObject(payload);
    } catch (DecodeException | ClassCastException e) {
      throw Failure.unprocessable(
          "The payload is not a JSON object; send {\"collection\": \"...\", \"id\": \"...\","
              + " \"text\": \"...\"}.");
    }
  }

  static void requireKnown(JsonObject json, Set<String> known) {
    Set<String> unknown = new TreeSet<>(json.fieldNames());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw Failure.unprocessable(
          "The command has no "
              + String.join(", ", unknown)
              + "; it has "
              + String.join(", ", new TreeSet<>(known))
              + ".");
    }
  }

  private static Source source(JsonObject json, String tenant) {
    List<String> given =
        Stream.of("text", "s3", "base64").filter(name -> json.getValue(name) != null).toList();
    if (given.size() != 1) {
      throw Failure.unprocessable(
          "Send one of text, s3 (the key of an object) and base64; given are "
              + (given.isEmpty() ? "none" : String.join(", ", given))
              + ".");
    }
    String value = Objects.requireNonNull(text(json, given.getFirst()));
    return switch (given.getFirst()) {
      case "text" -> new Source.Text(value);
      case "s3" -> {
        Buffer sha256 = Names.ownSha256(Names.s3Key(value, tenant), tenant);
        yield new Source.Stored(value, sha256, sha256 != null);
      }
      default -> new Source.Bytes(decoded(value));
    };
  }

  private static Buffer decoded(String base64) {
    try {
      return Buffer.buffer(Base64.getMimeDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw Failure.unprocessable("base64 is not base 64.");
    }
  }

  /** The last part of a path, without what has no place in the name of a file. */
  public static String fileName(String name) {
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    String clean = last.replaceAll("\\p{Cntrl}", "");
    return clean.length() <= LONGEST_NAME ? clean : clean.substring(clean.length() - LONGEST_NAME);
  }

  private static @Nullable String text(JsonObject json, String field) {
    Object value = json.getValue(field);
    if (value == null) {
      return null;
    }
    if (value instanceof String text && !text.isBlank()) {
      return text;
    }
    throw Failure.unprocessable(field + " must be a text that is not blank.");
  }
}
