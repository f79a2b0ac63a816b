package io.ruche.standalone.cli;

import io.ruche.config.ConfigException;
import io.ruche.standalone.machine.StartFailure;
import java.util.concurrent.TimeoutException;

/** A command could not do what was asked; its message is all that the user needs. */
public final class CliFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /** The command was understood and could not be done: exit code 1. */
  public CliFailure(String message) {
    this(message, 1);
  }

  private CliFailure(String message, int exitCode) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /** The command was asked for wrongly: exit code 2. */
  public static CliFailure usage(String message) {
    return new CliFailure(message, 2);
  }

  /** The exit code for an exception that ended a command. */
  public static int exitCode(Throwable failure) {
    return failure instanceof CliFailure cli
        ? cli.exitCode
        : failure instanceof IllegalArgumentException ? 2 : 1;
  }

  /** What to print for an exception that ended a command. */
  public static String explain(Throwable failure) {
    return switch (failure) {
      case StartFailure start -> String.join(System.lineSeparator(), start.problems());
      case ConfigException config -> String.valueOf(config.getMessage());
      case TimeoutException late -> "no answer in time: is Ruche running, and are its stores up?";
      default -> {
        String message = failure.getMessage();
        yield message == null ? failure.getClass().getSimpleName() : message;
      }
    };
  }
}
