package io.ruche.bus.envelope;

import java.security.SecureRandom;

/** Ids that sort by the time of their making: 48 bits of milliseconds and 80 random bits. */
public final class Ulid {

  private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ulid() {}

  /** 26 characters of Crockford's base 32. */
  public static String next() {
    byte[] random = new byte[10];
    RANDOM.nextBytes(random);
    char[] text = new char[26];
    long time = System.currentTimeMillis();
    for (int i = 9; i >= 0; i--) {
      text[i] = ALPHABET[(int) (time & 31)];
      time >>>= 5;
    }
    encode(random, 0, text, 10);
    encode(random, 5, text, 18);
    return new String(text);
  }

  private static void encode(byte[] random, int from, char[] text, int at) {
    long bits = 0;
    for (int i = from; i < from + 5; i++) {
      bits = (bits << 8) | (random[i] & 0xff);
    }
    for (int i = at + 7; i >= at; i--) {
      text[i] = ALPHABET[(int) (bits & 31)];
      bits >>>= 5;
    }
  }
}
