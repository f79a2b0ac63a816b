package io.ruche.aiproxy.events;

import io.ruche.bus.Command;
import io.ruche.bus.envelope.Payload;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/**
 * The text of one attempt on its way to the client, {@code {"id", "attempt", "seq", "delta"}}: the
 * first piece at once, then one every tenth of a second, and one at a time. What a slow bus cannot
 * take is dropped, and the numbers show the gap. Thread-safe.
 */
final class Pieces {

  private static final long EVERY_MILLIS = 100;

  /** Characters that wait for the one before. */
  private static final int MOST_WAITING = 64 * 1024;

  private final Vertx vertx;
  private final PieceSink sink;
  private final Command command;
  private final StringBuilder waiting = new StringBuilder();
  private final Promise<Void> last = Promise.promise();
  private int seq;
  private boolean busy;
  private boolean finishing;

  Pieces(Vertx vertx, PieceSink sink, Command command) {
    this.vertx = vertx;
    this.sink = sink;
    this.command = command;
  }

  /** Adds some of the answer's text. */
  synchronized void add(String delta) {
    if (waiting.length() + delta.length() > MOST_WAITING) {
      waiting.setLength(0);
      seq++;
    }
    waiting.append(delta);
    if (!busy) {
      send();
    }
  }

  private void send() {
    if (waiting.isEmpty()) {
      busy = false;
      if (finishing) {
        last.tryComplete();
      }
      return;
    }
    busy = true;
    seq++;
    JsonObject piece =
        new JsonObject()
            .put("id", command.id())
            .put("attempt", command.attempt())
            .put("seq", seq)
            .put("delta", waiting.toString());
    waiting.setLength(0);
    sink.send(command.envelope(), Payload.json(piece.toBuffer())).onComplete(sent -> pause());
  }

  private synchronized void pause() {
    if (finishing) {
      send();
    } else {
      vertx.setTimer(EVERY_MILLIS, id -> goOn());
    }
  }

  private synchronized void goOn() {
    send();
  }

  /** Whether the client may have seen some of it. */
  synchronized boolean any() {
    return seq > 0;
  }

  /** Completes when what waits has been passed on. Nothing may be added after. */
  synchronized Future<Void> finish() {
    finishing = true;
    if (!busy) {
      last.tryComplete();
    }
    return last.future();
  }
}
