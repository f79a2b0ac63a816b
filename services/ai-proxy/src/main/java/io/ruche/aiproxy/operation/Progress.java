package io.ruche.aiproxy.operation;

/**
 * Hears that a request's body is on its way, so that no deadline for the answer passes meanwhile.
 */
@FunctionalInterface
public interface Progress {

  /** More bytes of the body were handed over. */
  void made();
}
