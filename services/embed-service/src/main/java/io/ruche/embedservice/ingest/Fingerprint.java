package io.ruche.embedservice.ingest;

import io.ruche.embedservice.ingest.order.Order;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SHA-256 of what decides whether something is the same as before. */
final class Fingerprint {

  private final MessageDigest digest = sha256();

  /** Of everything that a document's chunks are made from. */
  static Buffer of(Order order, Buffer sha256, String makers) {
    return new Fingerprint()
        .add(sha256.getBytes())
        .add(order.contentType())
        .add(order.fileName())
        .add(canonical(order.metadata()))
        .add(makers)
        .end();
  }

  /** Of one text. */
  static Buffer of(String text) {
    MessageDigest one = sha256();
    return Buffer.buffer(one.digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The id of a chunk: the same for the same text in the same document, whoever computes it.
   *
   * @param before how many chunks of the document before it have the same text
   */
  static UUID chunkId(Order order, Buffer hash, int before) {
    return chunkId(order.space().tenant(), order.space().collection(), order.id(), hash, before);
  }

  static UUID chunkId(String tenant, String collection, String document, Buffer hash, int before) {
    Buffer digest =
        new Fingerprint()
            .add(tenant)
            .add(collection)
            .add(document)
            .add(hash.getBytes())
            .add(Integer.toString(before))
            .end();
    // Version 8 of RFC 9562: bits of one's own.
    long high = (digest.getLong(0) & ~0xF000L) | 0x8000L;
    long low = (digest.getLong(8) & ~(0xC0L << 56)) | (0x80L << 56);
    return new UUID(high, low);
  }

  private Fingerprint add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The length goes before, so that no two lists of parts give the same bytes. */
  private Fingerprint add(byte[] bytes) {
    digest.update(Buffer.buffer().appendInt(bytes.length).getBytes());
    digest.update(bytes);
    return this;
  }

  private Buffer end() {
    return Buffer.buffer(digest.digest());
  }

  /** JSON with its names in order, so that their order makes no difference. */
  private static String canonical(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      TreeMap<String, String> members = new TreeMap<>();
      object.forEach(entry -> members.put(entry.getKey(), canonical(entry.getValue())));
      return members.toString();
    }
    if (value instanceof JsonArray array) {
      StringBuilder items = new StringBuilder("[");
      array.forEach(item -> items.append(canonical(item)).append(','));
      return items.append(']').toString();
    }
    return value instanceof String text ? JsonArray.of(text).encode() : String.valueOf(value);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
