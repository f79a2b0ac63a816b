package io.ruche.bus;

import org.jspecify.annotations.Nullable;

/** The alphabets of names on the bus. */
public final class Identifiers {

  private static final int LONGEST = 64;

  private Identifiers() {}

  /** A topic level: tenant, client, service, command, event. {@code [a-z0-9_-]{1,64}} */
  public static boolean isLevel(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-')) {
        return false;
      }
    }
    return true;
  }

  /** A command's or event's id, and a reply's last level. {@code [A-Za-z0-9._-]{1,64}} */
  public static boolean isId(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || c >= '0' && c <= '9'
          || c == '.'
          || c == '_'
          || c == '-')) {
        return false;
      }
    }
    return true;
  }

  static void requireLevel(String what, String text) {
    if (!isLevel(text)) {
      throw new IllegalArgumentException(
          what + " '" + text + "' must be 1 to 64 of a-z, 0-9, '_' and '-'");
    }
  }
}
