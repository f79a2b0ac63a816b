package io.ruche.lifecycle;

import java.util.List;

/**
 * Parts that did not start or stop. The message names each with its reason; the first reason is the
 * cause, the others are suppressed.
 */
public final class LifecycleException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * What one part did not do.
   *
   * @param step for example {@code stopping bus}
   */
  record PartFailure(String step, Throwable reason) {

    @Override
    public String toString() {
      String message = reason.getMessage();
      return step + ": " + (message == null ? reason.getClass().getSimpleName() : message);
    }
  }

  LifecycleException(List<PartFailure> failures) {
    super(
        String.join("; ", failures.stream().map(PartFailure::toString).toList()),
        failures.getFirst().reason());
    failures.stream().skip(1).map(PartFailure::reason).forEach(this::addSuppressed);
  }
}
