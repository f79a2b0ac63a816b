package io.ruche.auth;

import io.ruche.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * The text of a key: {@code rk_}, 30 random base-62 characters (178 bits), and 6 that are the
 * CRC-32 of all before them, by which scanners tell a leaked key from chance and garbage is refused
 * without a look-up.
 *
 * <p>Keys are stored as one plain SHA-256. Slow, salted hashes protect secrets that people choose,
 * which can be guessed from the hash; 178 random bits cannot be, at any speed, and a fast hash
 * keeps the check of every request below a microsecond.
 */
public final class KeyFormat {

  private static final String PREFIX = "rk_";
  private static final int RANDOM = 30;
  private static final int CHECKSUM = 6;
  private static final int LENGTH = PREFIX.length() + RANDOM + CHECKSUM;
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final SecureRandom RANDOMNESS = new SecureRandom();

  private KeyFormat() {}

  /** Makes a new key. */
  public static Secret generate() {
    StringBuilder text = new StringBuilder(LENGTH).append(PREFIX);
    for (int i = 0; i < RANDOM; i++) {
      text.append(DIGITS.charAt(RANDOMNESS.nextInt(DIGITS.length())));
    }
    return new Secret(text.append(checksum(text.toString())).toString());
  }

  /** Whether the text has the shape and the checksum of a key. */
  public static boolean isWellFormed(String text) {
    if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
      return false;
    }
    for (int i = PREFIX.length(); i < LENGTH; i++) {
      if (DIGITS.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    int body = LENGTH - CHECKSUM;
    return text.startsWith(checksum(text.substring(0, body)), body);
  }

  /** The SHA-256 of the text in lower-case hex: what is stored and looked up. */
  public static String hash(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  private static String checksum(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    long rest = crc.getValue();
    char[] digits = new char[CHECKSUM];
    for (int i = CHECKSUM - 1; i >= 0; i--) {
      digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
      rest /= DIGITS.length();
    }
    return new String(digits);
  }
}
