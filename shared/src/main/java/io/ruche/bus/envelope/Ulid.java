package io.ruche.bus.envelope;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/** Ids that sort by the time of their making: 48 bits of milliseconds and 80 random bits. */
public final class Ulid {

  private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final SecureRandom SEEDS = new SecureRandom();

  /** Unique is enough, and one generator for all threads would make them wait for each other. */
  private static final ThreadLocal<SplittableRandom> RANDOM =
      ThreadLocal.withInitial(() -> new SplittableRandom(SEEDS.nextLong()));

  private Ulid() {}

  /** 26 characters of Crockford's base 32. */
  public static String next() {
    SplittableRandom random = RANDOM.get();
    char[] text = new char[26];
    long time = System.currentTimeMillis();
    for (int i = 9; i >= 0; i--) {
      text[i] = ALPHABET[(int) (time & 31)];
      time >>>= 5;
    }
    encode(random.nextLong(), text, 10);
    encode(random.nextLong(), text, 18);
    return new String(text);
  }

  /** Eight characters of 40 bits. */
  private static void encode(long bits, char[] text, int at) {
    long rest = bits;
    for (int i = at + 7; i >= at; i--) {
      text[i] = ALPHABET[(int) (rest & 31)];
      rest >>>= 5;
    }
  }
}
