package io.ruche.standalone.cli;

import io.ruche.config.ConfigException;
import io.ruche.standalone.machine.StartFailure;
import java.util.concurrent.TimeoutException;

/** A command could not do what was asked; its message is all that the user needs. */
public final class CliFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public CliFailure(String message) {
    super(message, null, false, false);
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
