package io.ruche.aiproxy.cache.entry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** SHA-256 over values of which none can run into the next. Not thread-safe. */
public final class Digest {

  private final MessageDigest sha;

  /** A digest of nothing yet. */
  public Digest() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Adds a text. */
  public Digest text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes(bytes, 0, bytes.length);
  }

  /** Adds a part of an array. */
  public Digest bytes(byte[] bytes, int from, int to) {
    number(to - from);
    sha.update(bytes, from, to - from);
    return this;
  }

  /** Adds a number. */
  public Digest number(int number) {
    sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
    return this;
  }

  /** All 256 bits, in 43 characters of A-Z, a-z, 0-9, - and _. Ends the digest. */
  public String end() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sha.digest());
  }
}
