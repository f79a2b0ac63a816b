package io.ruche.aiproxy.audio;

import io.ruche.http.Failure;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Content-Type of a form. It is written anew for the provider, so that nobody can read another
 * boundary out of it than the one that was scanned.
 *
 * @param boundary without its dashes, of the characters that RFC 2046 has for it
 */
public record FormType(String boundary) {

  private static final String TYPE = "multipart/form-data";

  private static final Pattern PARAMETER =
      Pattern.compile("[ \\t]*;[ \\t]*([^\\s;=\"]+)=(?:\"([^\"\\\\]*)\"|([^\\s;\"]+))[ \\t]*");

  private static final Pattern BOUNDARY =
      Pattern.compile("[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]");

  /**
   * Reads a header.
   *
   * @param contentType null where there is none
   * @throws Failure 415 when it is of something else, or leaves open where its parts begin
   */
  public static FormType read(@Nullable String contentType) {
    String type = contentType == null ? "" : contentType;
    if (!type.regionMatches(true, 0, TYPE, 0, TYPE.length())) {
      throw refusal();
    }
    Matcher parameter = PARAMETER.matcher(type);
    String boundary = null;
    int at = TYPE.length();
    while (at < type.length()) {
      if (!parameter.region(at, type.length()).lookingAt()) {
        throw refusal();
      }
      if (parameter.group(1).toLowerCase(Locale.ROOT).startsWith("boundary")) {
        if (boundary != null || !parameter.group(1).equalsIgnoreCase("boundary")) {
          throw refusal();
        }
        boundary = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
      }
      at = parameter.end();
    }
    if (boundary == null || !BOUNDARY.matcher(boundary).matches()) {
      throw refusal();
    }
    return new FormType(boundary);
  }

  private static Failure refusal() {
    return Failure.unsupportedMediaType(
        "The Content-Type must be multipart/form-data with one boundary of at most 70 characters: a"
            + " form with the fields model and file.");
  }

  /** The header for the provider. */
  public String header() {
    return TYPE + "; boundary=\"" + boundary + '"';
  }

  /** A scan that has seen nothing of the form yet. */
  public MultipartScan scan() {
    return new MultipartScan(boundary);
  }
}
