package io.ruche.aiproxy.upstream;

import io.ruche.aiproxy.routing.Target;

/** Hears of every attempt of a request, for the ledger and for metrics. */
@FunctionalInterface
public interface AttemptListener {

  /** Hears nothing. */
  AttemptListener NONE = attempt -> {};

  /** An attempt begins; {@link #ended} is told of it unless the request is given up before. */
  default void began(int number, Target target) {}

  /** An attempt was answered, well or not, or failed. Called before the reader hears of it. */
  void ended(Attempt attempt);
}
