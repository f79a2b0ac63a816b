package io.ruche.embedservice.engine.assembly;

import io.ruche.embedservice.engine.Reranker;
import io.ruche.embedservice.engine.onnx.CrossEncoder;
import io.ruche.embedservice.engine.onnx.OnnxReranker;
import io.ruche.embedservice.engine.schedule.Scheduler;
import io.ruche.lifecycle.Dependency;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The schedule of the cores, and the cross-encoder that shares it where one is configured. */
final class Judging {

  private static final Logger log = LoggerFactory.getLogger(Judging.class);

  /** Longer than one text of the longest model takes. */
  private static final Duration LAST_RUN = Duration.ofSeconds(20);

  private final Vertx vertx;
  private final Scheduler scheduler;
  private final @Nullable CrossEncoder judge;
  private final Optional<Reranker> reranker;
  private final AtomicBoolean stopped = new AtomicBoolean();

  Judging(Vertx vertx, Scheduler scheduler, @Nullable CrossEncoder judge) {
    this.vertx = vertx;
    this.scheduler = scheduler;
    this.judge = judge;
    this.reranker =
        judge == null ? Optional.empty() : Optional.of(new OnnxReranker(judge, scheduler));
  }

  Optional<Reranker> reranker() {
    return reranker;
  }

  Dependency state() {
    return stopped.get() ? Dependency.down("The engine is stopped.") : Dependency.up();
  }

  /** Ends what runs, then closes the models; once. */
  Future<Void> stop(Runnable closeModel) {
    if (!stopped.compareAndSet(false, true)) {
      return Future.succeededFuture();
    }
    return vertx.executeBlocking(
        () -> {
          if (!scheduler.stop(LAST_RUN)) {
            // Closing it under the text that still runs would end the process.
            log.warn("a text still runs after {}; its model is not closed", LAST_RUN);
            return null;
          }
          closeModel.run();
          if (judge != null) {
            judge.close();
          }
          return null;
        },
        false);
  }
}
