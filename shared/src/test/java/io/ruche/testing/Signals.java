package io.ruche.testing;

import java.io.IOException;

/** Signals that {@link Process} has no method for. */
public final class Signals {

  private Signals() {}

  /** Stops a process where it is: it does not run, and its connections stay open. */
  public static void pause(Process process) {
    send("-STOP", process);
  }

  /** Lets a paused process run on as if nothing had happened. */
  public static void resume(Process process) {
    send("-CONT", process);
  }

  private static void send(String signal, Process process) {
    try {
      int status =
          new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill " + signal + " " + process.pid() + ": " + status);
      }
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
