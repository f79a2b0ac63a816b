package io.ruche.aiproxy.form;

import io.ruche.http.Failure;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one part of a form, as far as they matter. What one reader of forms may take for
 * another name than the next one is refused, because the model that is allowed and paid for is to
 * be the one that the provider reads.
 *
 * @param name of the field in lower case, without the brackets of a list
 * @param file whether it has a file name
 */
record PartHeaders(String name, boolean file) {

  private static final Pattern LINE = Pattern.compile("([A-Za-z0-9-]+):[ \\t]*(.*?)[ \\t]*");
  private static final Pattern FORM_DATA = Pattern.compile("(?i)form-data");
  private static final Pattern PARAMETER =
      Pattern.compile("[ \\t]*;[ \\t]*([A-Za-z*-]+)=(?:\"([^\"\\\\]*)\"|([^\\s;\"\\\\]+))");
  private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_.-]{1,100})(\\[[^\\]]*\\])*");
  private static final Pattern PLAIN_ENCODING = Pattern.compile("(?i)binary|8bit|7bit");
  private static final Pattern OTHER_CHARSET =
      Pattern.compile("(?i).*charset(?!\\s*=\\s*\"?(utf-8|us-ascii|iso-8859-1)\"?\\s*(;|$)).*");

  /**
   * Reads them.
   *
   * @param text lines that end with CRLF, the last one among them
   * @throws Failure 400 that says what is wrong
   */
  static PartHeaders read(String text) {
    PartHeaders read = null;
    for (String line : text.split("\r\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      Matcher header = LINE.matcher(line);
      if (line.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f) || !header.matches()) {
        throw MultipartScan.malformed(
            "a part has a header line that is folded or is not \"Name: value\"");
      }
      String value = header.group(2);
      switch (header.group(1).toLowerCase(Locale.ROOT)) {
        case "content-disposition" -> {
          if (read != null) {
            throw MultipartScan.malformed("a part has more than one Content-Disposition");
          }
          read = disposition(value);
        }
        case "content-transfer-encoding" -> {
          if (!PLAIN_ENCODING.matcher(value).matches()) {
            throw MultipartScan.malformed("a part has a Content-Transfer-Encoding; send it as is");
          }
        }
        case "content-type" -> {
          if (OTHER_CHARSET.matcher(value).matches()) {
            throw MultipartScan.malformed("a part has a charset that is not utf-8");
          }
        }
        default -> {}
      }
    }
    if (read == null) {
      throw MultipartScan.malformed("a part has no Content-Disposition");
    }
    return read;
  }

  private static PartHeaders disposition(String value) {
    Matcher type = FORM_DATA.matcher(value);
    if (!type.lookingAt()) {
      throw MultipartScan.malformed("a part has a Content-Disposition that is not form-data");
    }
    String name = null;
    String fileName = null;
    String extended = null;
    Matcher parameter = PARAMETER.matcher(value);
    int at = type.end();
    while (at < value.length()) {
      if (!parameter.region(at, value.length()).lookingAt()) {
        throw MultipartScan.malformed(
            "a part has a Content-Disposition that is not form-data; name=\"...\";"
                + " filename=\"...\", without backslashes");
      }
      String told = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
      switch (parameter.group(1).toLowerCase(Locale.ROOT)) {
        case "name" -> name = once(name, told);
        case "filename" -> fileName = once(fileName, told);
        case "filename*" -> extended = once(extended, told);
        case "name*" ->
            throw MultipartScan.malformed("a part has a name*; send name=\"...\" alone");
        default -> {}
      }
      at = parameter.end();
    }
    Matcher field = NAME.matcher(name == null ? "" : name);
    if (!field.matches()) {
      throw MultipartScan.malformed("a part has no name of a field, such as name=\"model\"");
    }
    return new PartHeaders(
        field.group(1).toLowerCase(Locale.ROOT), fileName != null || extended != null);
  }

  private static String once(@Nullable String before, String told) {
    if (before != null) {
      throw MultipartScan.malformed("a part has two names, or two file names");
    }
    return told;
  }
}
