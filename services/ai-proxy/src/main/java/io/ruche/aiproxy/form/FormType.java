package io.ruche.aiproxy.form;

import io.ruche.http.Failure;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Content-Type of a form. It is written anew for the provider, so that nobody can read another
 * boundary out of it than the one that was scanned.
 *
 * @param kind what the form is for
 * @param boundary without its dashes, of the characters that RFC 2046 has for it
 */
public record FormType(FormKind kind, String boundary) {

  private static final String TYPE = "multipart/form-data";

  private static final Pattern PARAMETER =
      Pattern.compile("[ \\t]*;[ \\t]*([^\\s;=\"]+)=(?:\"([^\"\\\\]*)\"|([^\\s;\"]+))[ \\t]*");

  private static final Pattern BOUNDARY =
      Pattern.compile("[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]");

  /**
   * Reads a header.
   *
   * @param kind what the form is to be
   * @param contentType null where there is none
   * @throws Failure 415 when it is of something else, or leaves open where its parts begin
   */
  public static FormType read(FormKind kind, @Nullable String contentType) {
    String type = contentType == null ? "" : contentType;
    if (!type.regionMatches(true, 0, TYPE, 0, TYPE.length())) {
      throw refusal(kind);
    }
    Matcher parameter = PARAMETER.matcher(type);
    String boundary = null;
    int at = TYPE.length();
    while (at < type.length()) {
      if (!parameter.region(at, type.length()).lookingAt()) {
        throw refusal(kind);
      }
      if (parameter.group(1).toLowerCase(Locale.ROOT).startsWith("boundary")) {
        if (boundary != null || !parameter.group(1).equalsIgnoreCase("boundary")) {
          throw refusal(kind);
        }
        boundary = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
      }
      at = parameter.end();
    }
    if (boundary == null || !BOUNDARY.matcher(boundary).matches()) {
      throw refusal(kind);
    }
    return new FormType(kind, boundary);
  }

  private static Failure refusal(FormKind kind) {
    return Failure.unsupportedMediaType(
        "The Content-Type must be multipart/form-data with one boundary of at most 70 characters: a"
            + " form with the fields "
            + kind.required()
            + ".");
  }

  /**
   * Sets the headers for the provider.
   *
   * @param length of the form; -1 while nobody knows
   */
  public void describe(HttpClientRequest opened, long length) {
    opened.putHeader(HttpHeaders.CONTENT_TYPE, header());
    if (length < 0) {
      opened.setChunked(true);
    } else {
      opened.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
    }
  }

  /** The Content-Type for the provider. */
  String header() {
    return TYPE + "; boundary=\"" + boundary + '"';
  }

  /** A scan that has seen nothing of the form yet. */
  public MultipartScan scan() {
    return new MultipartScan(kind, boundary);
  }
}
