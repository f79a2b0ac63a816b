package io.ruche.aiproxy.guard.find;

import java.util.Locale;

/** A kind of personal data. */
public enum Kind {
  /** {@code jean.dupont@exemple.fr}. */
  EMAIL,
  /** {@code 06 12 34 56 78}, {@code +33 6 12 34 56 78}, {@code +49 30 901820}. */
  PHONE,
  /** An account number whose checksum is right. */
  IBAN,
  /** The number of a payment card whose checksum is right. */
  CARD;

  /** As configuration and metrics spell it: {@code email}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
