package io.ruche.lifecycle;

import io.vertx.core.Future;

/**
 * Something that is started once and stopped once.
 *
 * <p>A part that needs a store which is away starts all the same and says so through {@link
 * Readiness}.
 */
public interface Lifecycle {

  /**
   * Completes when this part can do its work, or fails, holding nothing, with what keeps it from
   * starting.
   */
  Future<Void> start();

  /**
   * Finishes what is in hand within a stated bound, then releases everything. It may come before
   * the start has completed, and then ends that too.
   */
  Future<Void> stop();
}
