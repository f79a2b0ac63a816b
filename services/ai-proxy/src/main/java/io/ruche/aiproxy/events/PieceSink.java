package io.ruche.aiproxy.events;

import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.vertx.core.Future;

/** Takes pieces of a command's result for the client that waits for it. */
@FunctionalInterface
public interface PieceSink {

  /** Sends nothing. */
  PieceSink NONE = (command, piece) -> Future.succeededFuture();

  /** Completes when the piece was passed on; nobody minds when it is lost. */
  Future<Void> send(Envelope command, Payload piece);
}
