package io.ruche.embedservice.document;

/** How the model in use cuts a text into tokens. Safe for all threads. */
@FunctionalInterface
public interface Tokens {

  /** The character index at which each token begins, ascending; the model's own marks left out. */
  int[] starts(String text);

  /** How many tokens a text has. */
  default int count(String text) {
    return starts(text).length;
  }
}
