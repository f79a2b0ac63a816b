package io.ruche.standalone.machine;

import java.util.List;

/** Why the standalone mode cannot start: one line for each problem, written for its user. */
public final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  public StartFailure(String problem) {
    this(List.of(problem));
  }

  public StartFailure(List<String> problems) {
    this.problems = List.copyOf(problems);
  }

  public StartFailure(String problem, Throwable cause) {
    super(problem, cause);
    this.problems = List.of(problem);
  }

  /** The problems, one below the other. */
  @Override
  public String getMessage() {
    return String.join("\n", problems);
  }

  /** What is wrong, where, and what would be right; at least one line. */
  public List<String> problems() {
    return problems;
  }
}
