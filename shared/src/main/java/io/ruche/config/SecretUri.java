package io.ruche.config;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * An address that may carry a password, such as {@code redis://:pw@host:6379}; its text form shows
 * {@code ***} in the password's place.
 */
public record SecretUri(URI value) {

  /** Addresses inside a longer text, up to the last {@code @} before a space or a quote. */
  private static final Pattern ADDRESS_IN_TEXT =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)[^\\s'\"]*@");

  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "(?i)([?&;](?:[a-z_-]*(?:password|passwd|secret|token|credential|signature)|pwd|pass"
              + "|[a-z_-]*key)=)[^&;\\s'\"]*");

  @Override
  public String toString() {
    return redacted(value.toString());
  }

  /**
   * One address, well-formed or not, without user, password and secret parameters.
   *
   * <p>All before the last {@code @} is taken for the password's, since one that was not
   * percent-encoded may hold {@code /}, {@code #}, {@code @} or a space.
   */
  public static String redacted(String address) {
    int at = address.lastIndexOf('@');
    if (at < 0) {
      return withoutSecretParameters(address);
    }
    int authority = address.indexOf("://");
    String scheme = authority >= 0 && authority < at ? address.substring(0, authority + 3) : "";
    return withoutSecretParameters(scheme + "***" + address.substring(at));
  }

  /** A text with every address in it redacted. */
  static String redactedText(String text) {
    return withoutSecretParameters(ADDRESS_IN_TEXT.matcher(text).replaceAll("$1***@"));
  }

  private static String withoutSecretParameters(String text) {
    return SECRET_PARAMETER.matcher(text).replaceAll("$1***");
  }
}
