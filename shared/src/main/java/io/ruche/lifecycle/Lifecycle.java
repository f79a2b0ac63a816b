package io.ruche.lifecycle;

import io.vertx.core.Future;

/** A part of a process that is started once and stopped once. */
public interface Lifecycle {

  /** Completes when the part is usable; fails when it cannot start. */
  Future<Void> start();

  /** Completes when the part has drained what it had in hand and let go of its resources. */
  Future<Void> stop();
}
