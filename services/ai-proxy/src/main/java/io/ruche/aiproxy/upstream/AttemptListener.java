package io.ruche.aiproxy.upstream;

/** Hears of every attempt of a request, for the ledger and for metrics. */
@FunctionalInterface
public interface AttemptListener {

  /** Hears nothing. */
  AttemptListener NONE = attempt -> {};

  /** An attempt was answered, well or not, or failed. Called before the reader hears of it. */
  void ended(Attempt attempt);
}
