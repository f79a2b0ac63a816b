package io.ruche.bus.redis.stream;

import io.ruche.lifecycle.Dependency;
import io.ruche.store.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells when what was written over one connection is on the disks of enough replicas, so that it
 * outlives the loss of the primary.
 *
 * <p>WAITAOF speaks of the writes of its own connection only, and a later one answers at once, for
 * nothing. So it is asked on the connection of the write, and a connection that has changed since
 * counts as a failure: then nobody knows what the new primary has.
 */
public final class Replicas {

  /** Asked in slices, since all else that is sent on the connection waits behind the question. */
  private static final long SLICE_MS = 25;

  /** A replica with {@code appendfsync everysec} needs a second, and a little more. */
  private static final long BOUND_NANOS = 2_500_000_000L;

  private static final long TRY_AGAIN_MS = 100;

  private static final Command WAITAOF = Command.create("waitaof");

  /** A write that was answered on the connection of this generation. */
  private record Written(int generation, Promise<Void> confirmed) {}

  private final RedisLink link;
  private final int needed;
  private final List<Written> waiting = new ArrayList<>();
  private boolean busy;
  private volatile Dependency state;

  /**
   * @param needed how many replicas; with 0 every write is confirmed at once
   */
  public Replicas(RedisLink link, int needed) {
    this.link = link;
    this.needed = needed;
    this.state = needed == 0 ? Dependency.up() : Dependency.down("no replica was asked yet");
  }

  /**
   * Completes when all that was answered so far on the connection of {@code generation} is on the
   * disks of the primary and of the replicas. Fails after 2.5 s, or when there is another
   * connection by now. From any thread.
   */
  public Future<Void> confirm(int generation) {
    if (needed == 0) {
      return Future.succeededFuture();
    }
    Promise<Void> confirmed = Promise.promise();
    link.context()
        .runOnContext(
            ignored -> {
              waiting.add(new Written(generation, confirmed));
              next();
            });
    return confirmed.future();
  }

  /**
   * As {@link #confirm}, but asks for as long as it takes; fails only when there is another
   * connection.
   */
  public Future<Void> await(int generation) {
    return confirm(generation)
        .recover(
            failure ->
                link.connected()
                    .compose(ignored -> Pause.ofMillis(link.context(), TRY_AGAIN_MS))
                    .compose(
                        ignored ->
                            generation == link.generation()
                                ? await(generation)
                                : Future.failedFuture(failure)));
  }

  /** Asks again while replicas are missing, so that their return is seen without a write. */
  public void look() {
    if (needed > 0 && state.state() == Dependency.State.DOWN && !busy) {
      confirm(link.generation());
    }
  }

  /** Whether the last question was answered as it should. */
  public Dependency state() {
    return state;
  }

  /** One question at a time: it speaks for all that was written before it. */
  private void next() {
    if (busy || waiting.isEmpty()) {
      return;
    }
    busy = true;
    List<Written> asked = List.copyOf(waiting);
    waiting.clear();
    int generation = link.generation();
    // A write of its own, or a connection that has written nothing yet would have nothing to wait
    // for: a repetition may find everything done over the former one.
    Future<Response> mark = link.send(Request.cmd(Command.INCR).arg(StreamKeys.CONFIRMATIONS));
    Future<Void> spread = ask(generation, System.nanoTime() + BOUND_NANOS);
    mark.compose(ignored -> spread)
        .onComplete(
            answered -> {
              busy = false;
              state =
                  answered.succeeded()
                      ? Dependency.up()
                      : Dependency.down(String.valueOf(answered.cause().getMessage()));
              for (Written written : asked) {
                if (answered.failed()) {
                  written.confirmed.fail(answered.cause());
                } else if (written.generation == generation) {
                  written.confirmed.complete();
                } else {
                  written.confirmed.fail("the connection broke before replicas were asked");
                }
              }
              next();
            });
  }

  private Future<Void> ask(int generation, long until) {
    return link.send(Request.cmd(WAITAOF).arg(1).arg(needed).arg(SLICE_MS))
        .compose(
            disks -> {
              if (generation != link.generation()) {
                return Future.failedFuture("the connection broke while replicas were asked");
              }
              int local = disks.get(0).toInteger();
              int replicas = disks.get(1).toInteger();
              if (local > 0 && replicas >= needed) {
                return Future.succeededFuture();
              }
              return System.nanoTime() < until
                  ? ask(generation, until)
                  : Future.failedFuture(
                      "%d of the replicas have the last write on disk, bus.replicas asks for %d"
                          .formatted(replicas, needed));
            });
  }
}
