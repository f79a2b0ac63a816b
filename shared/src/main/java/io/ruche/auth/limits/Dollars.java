package io.ruche.auth.limits;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** US dollars as people write them, and as whole nano-dollars (10^-9), in which all money is. */
public final class Dollars {

  /** Nano-dollars in a dollar. */
  public static final long NANOS = 1_000_000_000L;

  private static final int DIGITS = 9;

  private Dollars() {}

  /**
   * Nano-dollars of an amount such as {@code 12.5}.
   *
   * @throws IllegalArgumentException when it has more than nine decimals or does not fit
   */
  public static long nanos(BigDecimal dollars) {
    try {
      return dollars.movePointRight(DIGITS).longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          dollars.toPlainString() + " dollars is too much, or has more than nine decimals", e);
    }
  }

  /**
   * The nearest nano-dollars of an amount that came as a binary fraction.
   *
   * @throws IllegalArgumentException when it does not fit
   */
  public static long nanos(double dollars) {
    return nanos(BigDecimal.valueOf(dollars).setScale(DIGITS, RoundingMode.HALF_UP));
  }

  /** As people write it, without needless zeros: {@code 12.5}. */
  public static String shown(long nanos) {
    BigDecimal dollars = BigDecimal.valueOf(nanos, DIGITS).stripTrailingZeros();
    return dollars.scale() < 0 ? dollars.setScale(0).toPlainString() : dollars.toPlainString();
  }
}
