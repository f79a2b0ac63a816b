package io.ruche.config.source;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Environment variables, where {@code X_FILE} names a file with the value of {@code X}. One that is
 * blank counts as not set, because that is what Compose makes of {@code ${X:-}}.
 */
public final class Environment {

  /** Ends the name of a variable that names a file. */
  public static final String FILE = "_FILE";

  private static final int MAX_BYTES = 64 * 1024;

  private final Map<String, String> variables;

  /** Takes a copy. */
  public Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** What a variable says. */
  public sealed interface Reading {

    /** Neither the variable nor its file is set. */
    record Unset() implements Reading {}

    /** The value, and the variable that gave it: the name asked for, or that with {@code _FILE}. */
    record Given(String text, String variable) implements Reading {

      /** Whether the value was in a file, and so is better not shown. */
      public boolean fromFile() {
        return variable.endsWith(FILE);
      }

      /** Names no content, which may be a secret. */
      @Override
      public String toString() {
        return "Given[" + variable + "]";
      }
    }

    /** It is set and cannot be read. */
    record Refused(Problem problem) implements Reading {}
  }

  /** The names of the variables that are set, in alphabetical order. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>(variables.keySet());
    names.removeIf(name -> value(name) == null);
    return names;
  }

  /** Whether a variable, or the one that names its file, is set. */
  public boolean has(String name) {
    return value(name) != null || value(name + FILE) != null;
  }

  /** Reads a variable or the file it names, without that file's trailing line ends. */
  public Reading read(String name) {
    String value = value(name);
    String file = value(name + FILE);
    if (value != null && file != null) {
      String text = "is set, and so is " + name + FILE + "; unset one of them";
      return new Reading.Refused(Problem.ofVariable(name, text));
    }
    if (value != null) {
      return new Reading.Given(value, name);
    }
    return file == null ? new Reading.Unset() : readFile(name + FILE, file);
  }

  private @Nullable String value(String name) {
    String value = variables.get(name);
    return value == null || value.isBlank() ? null : value;
  }

  private static Reading readFile(String variable, String file) {
    TextFile read;
    try {
      read = TextFile.read(Path.of(file), MAX_BYTES);
    } catch (InvalidPathException e) {
      read = new TextFile.Missing();
    }
    return switch (read) {
      case TextFile.Missing() -> refused(variable, shown(file) + " does not exist");
      case TextFile.Unreadable(String why) -> refused(variable, shown(file) + " " + why);
      case TextFile.Text(String text) when text.isBlank() ->
          refused(variable, shown(file) + " is empty; write the value into it");
      case TextFile.Text(String text) -> new Reading.Given(withoutLastLineEnds(text), variable);
    };
  }

  private static String withoutLastLineEnds(String text) {
    int end = text.length();
    while (end > 0 && "\r\n".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(0, end);
  }

  /** Hides what is no plain path: the secret itself is often given where its file was asked for. */
  private static String shown(String file) {
    boolean path = file.startsWith("/") || file.startsWith("./") || file.startsWith("../");
    return path ? Shown.quoted(file) : "the file it names (not shown, in case it is a secret)";
  }

  private static Reading refused(String variable, String text) {
    return new Reading.Refused(Problem.ofVariable(variable, text));
  }
}
