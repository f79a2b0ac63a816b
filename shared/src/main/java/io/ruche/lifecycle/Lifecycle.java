package io.ruche.lifecycle;

import io.vertx.core.Future;

/** Something that is started once and stopped once. */
public interface Lifecycle {

  /** Completes when this part can do its work, or fails with what keeps it from starting. */
  Future<Void> start();

  /** Finishes what is in hand within a stated bound, then releases everything. */
  Future<Void> stop();
}
