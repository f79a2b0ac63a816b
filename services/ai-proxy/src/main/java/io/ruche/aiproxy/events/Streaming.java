package io.ruche.aiproxy.events;

import io.ruche.aiproxy.assembly.AssemblingReader;
import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.bus.Command;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers that their clients see come, and get whole in the end. */
public final class Streaming {

  private static final Logger log = LoggerFactory.getLogger(Streaming.class);

  /** The last piece is not worth a longer wait: the whole answer follows. */
  private static final long LAST_PIECE_S = 1;

  private final Vertx vertx;
  private final PieceSink sink;
  private final LongSupplier longest;

  /**
   * Streaming to a sink.
   *
   * @param longest characters of an answer that are kept, now
   */
  public Streaming(Vertx vertx, PieceSink sink, LongSupplier longest) {
    this.vertx = vertx;
    this.sink = sink;
    this.longest = longest;
  }

  /** One attempt's answer. */
  Pass pass(Command command, ModelRequest request) {
    return new Pass(request.stream() ? new Pieces(vertx, sink, command) : null);
  }

  /** One answer on its way, seen or not. */
  final class Pass {

    private final @Nullable Pieces pieces;

    private Pass(@Nullable Pieces pieces) {
      this.pieces = pieces;
    }

    /** The reader that the provider's answer goes to. */
    Reader over(Reader reader) {
      Pieces seen = pieces;
      return seen == null ? reader : new AssemblingReader(reader, longest.getAsLong(), seen::add);
    }

    /** Waits until the last piece is out. Returns whether the client may have seen any. */
    boolean finish() {
      if (pieces == null) {
        return false;
      }
      try {
        pieces.finish().await(LAST_PIECE_S, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        log.debug("the last piece of an answer was not passed on in time");
      }
      return pieces.any();
    }
  }
}
