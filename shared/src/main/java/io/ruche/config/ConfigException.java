package io.ruche.config;

import java.util.List;

/**
 * The configuration cannot be used; the message lists every problem, one per line, each with its
 * place ({@code file:line: key} or the variable), what is wrong and what would be right, and no
 * secret.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // List.copyOf is serializable
  private final List<String> problems;

  ConfigException(List<String> problems) {
    super(message(problems));
    this.problems = List.copyOf(problems);
  }

  /** Every problem, in the order of the files and their lines. */
  public List<String> problems() {
    return problems;
  }

  private static String message(List<String> problems) {
    String count = problems.size() == 1 ? "a problem" : problems.size() + " problems";
    return "The configuration has " + count + ":\n  " + String.join("\n  ", problems);
  }
}
