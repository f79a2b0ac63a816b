package io.ruche.bus.envelope;

/** The alphabets of names on the bus. */
public final class Identifiers {

  private static final int LONGEST = 64;

  private Identifiers() {}

  /** A topic level: tenant, client, service, command, event. {@code [a-z0-9_-]{1,64}} */
  public static boolean isLevel(String text) {
    return consistsOf(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");
  }

  /**
   * A command's or event's id, and a reply's last level. {@code [A-Za-z0-9._-]{1,64}}, but neither
   * {@code .} nor {@code ..}, which a URL cannot name.
   */
  public static boolean isId(String text) {
    return consistsOf(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
        && !text.equals(".")
        && !text.equals("..");
  }

  /**
   * Text that every broker carries in a property: no control characters, no half of a surrogate
   * pair, no code point that Unicode keeps from interchange. Mosquitto ends the connection of who
   * sends another.
   */
  static boolean isText(String text) {
    return text.codePoints()
        .noneMatch(
            point ->
                Character.isISOControl(point)
                    || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)
                    || (point >= 0xFDD0 && point <= 0xFDEF)
                    || (point & 0xFFFE) == 0xFFFE);
  }

  private static boolean consistsOf(String text, String alphabet) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (alphabet.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  public static void requireLevel(String what, String text) {
    if (!isLevel(text)) {
      throw new IllegalArgumentException(
          what + " '" + text + "' must be 1 to 64 of a-z, 0-9, '_' and '-'");
    }
  }
}
