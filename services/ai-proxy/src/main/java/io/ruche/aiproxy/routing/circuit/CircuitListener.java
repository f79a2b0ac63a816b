package io.ruche.aiproxy.routing.circuit;

/** Hears of circuits that open and close. Called on the thread that found out; must not block. */
@FunctionalInterface
public interface CircuitListener {

  /** Hears nothing. */
  CircuitListener NONE = change -> {};

  /** A circuit opened, or closed again. A probe that failed changes nothing. */
  void changed(Change change);

  /**
   * A change of one circuit.
   *
   * @param model as the provider calls it
   * @param down whether it opened
   * @param cause the last failure, for people; empty when it closed
   */
  record Change(String provider, String model, boolean down, String cause) {}
}
