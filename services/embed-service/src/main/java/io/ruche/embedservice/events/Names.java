package io.ruche.embedservice.events;

import io.ruche.bus.envelope.Identifiers;
import io.ruche.embedservice.index.Space;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How collections, documents and their objects in S3 are called. */
public final class Names {

  /** Characters of a document's id at most. */
  public static final int LONGEST_ID = 200;

  /** Below a tenant's prefix: objects that this service wrote and deletes. */
  private static final String OWN = "embed-service";

  private static final int LONGEST_KEY = 1_024;

  private Names() {}

  /**
   * A collection's name.
   *
   * @throws Failure 422 when it is none
   */
  public static String collection(@Nullable Object name) {
    if (name instanceof String text && Identifiers.isLevel(text)) {
      return text;
    }
    throw Failure.unprocessable("collection must be 1 to 64 of a-z, 0-9, '_' and '-'.");
  }

  /**
   * A document's id.
   *
   * @throws Failure 422 when it is none
   */
  public static String document(@Nullable Object id) {
    if (id instanceof String text && isDocument(text)) {
      return text;
    }
    throw Failure.unprocessable(
        "id must be a text of 1 to " + LONGEST_ID + " characters without control characters.");
  }

  /** Whether it can be a document's id. */
  static boolean isDocument(String text) {
    return !text.isBlank()
        && text.length() <= LONGEST_ID
        && text.codePoints().noneMatch(Names::isOdd);
  }

  private static boolean isOdd(int point) {
    return Character.isISOControl(point)
        || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)
        || (point & 0xFFFE) == 0xFFFE;
  }

  /** What commands for a document are ordered by. */
  public static String orderKey(String collection, String id) {
    return collection + "/" + hex(id).substring(0, 32);
  }

  /** Where the bytes of a document are kept: the same place for the same bytes. */
  public static String ownKey(Space space, String id, Buffer sha256) {
    return String.join(
        "/",
        space.tenant(),
        OWN,
        space.collection(),
        hex(id).substring(0, 32),
        HexFormat.of().formatHex(sha256.getBytes()));
  }

  /** SHA-256 of the bytes when the key is one of ours, else null. */
  static @Nullable Buffer ownSha256(String key, String tenant) {
    if (!key.startsWith(tenant + "/" + OWN + "/")) {
      return null;
    }
    String last = key.substring(key.lastIndexOf('/') + 1);
    return last.matches("[0-9a-f]{64}") ? Buffer.buffer(HexFormat.of().parseHex(last)) : null;
  }

  /**
   * The key of an object of a tenant's. Another tenant's objects are nobody's business, by whatever
   * way a key tries to get there.
   *
   * @throws Failure 422 when it is none
   */
  static String s3Key(String key, String tenant) {
    List<String> levels = List.of(key.split("/", -1));
    boolean steps = levels.contains("") || levels.contains(".") || levels.contains("..");
    boolean odd = key.length() > LONGEST_KEY || key.chars().anyMatch(c -> c < 0x20 || c == '\\');
    if (!key.startsWith(tenant + "/") || steps || odd) {
      throw Failure.unprocessable("s3 must be the key of an object below " + tenant + "/.");
    }
    return key;
  }

  private static String hex(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
