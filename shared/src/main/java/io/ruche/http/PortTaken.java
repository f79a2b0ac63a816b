package io.ruche.http;

import java.net.BindException;

/** A server cannot listen; the message says where, who is in the way, and what to change. */
public final class PortTaken extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PortTaken(String host, HttpApi.Port port, String holder) {
    super(
        "port "
            + port.number()
            + " on "
            + host
            + " is taken by "
            + holder
            + "; stop it, or choose another port with "
            + port.setting());
  }

  private PortTaken(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * What a failed bind means: a taken port, an address that is not here, or a port that is not
   * ours.
   */
  static PortTaken explaining(BindException cause, String host, HttpApi.Port port, String holder) {
    String reason = String.valueOf(cause.getMessage());
    if (reason.contains("Cannot assign requested address")) {
      return new PortTaken(
          "cannot listen on "
              + host
              + ":"
              + port.number()
              + ": this machine has no address "
              + host
              + "; set RUCHE_BIND to one it has, such as 127.0.0.1 or 0.0.0.0",
          cause);
    }
    if (reason.contains("Permission denied")) {
      return new PortTaken(
          "cannot listen on "
              + host
              + ":"
              + port.number()
              + ": ports below 1024 need a privilege"
              + "; choose another port with "
              + port.setting(),
          cause);
    }
    return new PortTaken(host, port, holder);
  }
}
