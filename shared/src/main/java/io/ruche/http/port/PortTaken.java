package io.ruche.http.port;

import java.net.BindException;

/** A server cannot listen; the message says where, who is in the way, and what to change. */
public final class PortTaken extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private PortTaken(String message) {
    super(message);
  }

  /**
   * A port that someone has.
   *
   * @param holder who has it: "process 4711 (redis-server)"
   * @param setting the variable or key that chooses another one
   */
  public static PortTaken by(String holder, String host, int port, String setting) {
    return new PortTaken(
        "port "
            + port
            + " on "
            + host
            + " is taken by "
            + holder
            + "; stop it, or choose another port with "
            + setting);
  }

  /**
   * What a failed bind means: a taken port, with its holder where the system tells, an address that
   * is not here, or a port that needs a privilege. Reads /proc, so keep it off event loops.
   */
  public static PortTaken explaining(BindException cause, String host, int port, String setting) {
    String reason = String.valueOf(cause.getMessage());
    String where = "cannot listen on " + host + ":" + port + ": ";
    if (reason.contains("Cannot assign requested address")) {
      return new PortTaken(
          where
              + "this machine has no address "
              + host
              + "; set RUCHE_BIND to one it has, such as 127.0.0.1 or 0.0.0.0");
    }
    if (reason.contains("Permission denied")) {
      return new PortTaken(
          where + "ports below 1024 need a privilege; choose another port with " + setting);
    }
    return by(PortHolder.find(port), host, port, setting);
  }
}
