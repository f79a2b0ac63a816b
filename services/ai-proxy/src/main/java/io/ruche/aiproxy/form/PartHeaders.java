package io.ruche.aiproxy.form;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one part of a form, as far as they matter.
 *
 * @param name of the field; empty where there is none
 * @param fileName null for a field that is no file
 */
record PartHeaders(String name, @Nullable String fileName) {

  private static final Pattern DISPOSITION = Pattern.compile("(?im)^content-disposition:(.*)$");
  private static final Pattern PARAMETER =
      Pattern.compile(";\\s*([A-Za-z*]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s;]+))");

  static PartHeaders read(String text) {
    String name = "";
    String fileName = null;
    Matcher disposition = DISPOSITION.matcher(text);
    if (disposition.find()) {
      Matcher parameter = PARAMETER.matcher(disposition.group(1));
      while (parameter.find()) {
        String value = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
        switch (parameter.group(1).toLowerCase(java.util.Locale.ROOT)) {
          case "name" -> name = value;
          case "filename", "filename*" -> fileName = value;
          default -> {}
        }
      }
    }
    return new PartHeaders(name, fileName);
  }
}
