package io.ruche.aiproxy.operation;

/**
 * Hears that a request's body is on its way, so that no deadline for the answer passes meanwhile.
 */
public interface Progress {

  /** More bytes of the body were handed over. */
  void made();

  /**
   * All that has come was handed over, and the provider waits as well as Ruche: for the client,
   * until more is {@link #made}. Who watches the client ends that.
   */
  void awaitsClient();
}
