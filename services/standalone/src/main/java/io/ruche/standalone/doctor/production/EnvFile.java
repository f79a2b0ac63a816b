package io.ruche.standalone.doctor.production;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variables of a file such as {@code .env}: a line {@code NAME=value} each.
 *
 * @param values by their names; of one that is set twice the last value, as Compose takes it
 * @param twice the names that are set more than once
 */
record EnvFile(Map<String, String> values, List<String> twice) {

  private static final Pattern LINE =
      Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*?)\\s*");

  /** Reads it; a missing file has no variables. */
  static EnvFile read(Path file) throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> twice = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        Matcher variable = LINE.matcher(line);
        if (variable.matches() && values.put(variable.group(1), bare(variable.group(2))) != null) {
          twice.add(variable.group(1));
        }
      }
    } catch (NoSuchFileException missing) {
      return new EnvFile(Map.of(), List.of());
    }
    return new EnvFile(values, twice);
  }

  private static String bare(String value) {
    boolean quoted =
        value.length() > 1
            && (value.startsWith("'") || value.startsWith("\""))
            && value.charAt(0) == value.charAt(value.length() - 1);
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  String value(String name) {
    return values.getOrDefault(name, "");
  }
}
