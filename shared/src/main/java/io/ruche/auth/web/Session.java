package io.ruche.auth.web;

import io.ruche.auth.KeyFormat;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A person at a page who signed in with a key.
 *
 * @param token what the browser's cookie holds: 256 random bits in base 64
 * @param tenant of the key
 * @param name of the key
 * @param keyId of the key, since a newer one may take its name
 */
record Session(String token, String tenant, String name, long keyId) {

  private static final SecureRandom RANDOMNESS = new SecureRandom();
  private static final int BYTES = 32;
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");

  /** A token that nobody has. */
  static String newToken() {
    byte[] random = new byte[BYTES];
    RANDOMNESS.nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** Whether a cookie's value can be a token. */
  static boolean isToken(String text) {
    return TOKEN.matcher(text).matches();
  }

  /**
   * What scripts of the page send along with writes. It is made from the token, so it holds for
   * this session only and nothing is stored; the token cannot be told from it.
   */
  String csrf() {
    return KeyFormat.hash("csrf:" + token);
  }

  /** Whether it is the session's own, in a time that tells nothing of it. */
  boolean isCsrf(@Nullable String presented) {
    return presented != null && MessageDigest.isEqual(bytes(presented), bytes(csrf()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "Session[" + tenant + "." + name + "]";
  }
}
