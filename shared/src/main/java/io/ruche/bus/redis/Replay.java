package io.ruche.bus.redis;

import io.ruche.bus.CommandSpec;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Repeats what is still in a tenant's history: commands run again, events are published again. */
public final class Replay {

  private static final RedisScript SCRIPT = RedisScript.load(Replay.class, "requeue.lua");
  private static final int AT_ONCE = 500;

  /**
   * What to repeat.
   *
   * @param command the kind of command, or null for the service's events and replies
   * @param id only this id, which then no longer expires; or null for all, which may
   * @param client only this client's, or null for all
   * @param from the first moment, by the time at which Redis took the entry; null for the oldest
   *     kept
   * @param to the last moment; null for now
   */
  public record Selection(
      @Nullable String command,
      @Nullable String id,
      @Nullable String client,
      @Nullable Instant from,
      @Nullable Instant to) {}

  private final RedisLink link;
  private final StreamKeys keys;

  public Replay(RedisLink link, StreamKeys keys) {
    this.link = link;
    this.keys = keys;
  }

  /**
   * Repeats all that is selected and was there when it began.
   *
   * @param progress told how many were looked at so far
   * @return how many were repeated
   */
  public Future<Long> run(Selection selection, LongConsumer progress) {
    return streams(selection)
        .compose(
            streams -> {
              Future<Long> total = Future.succeededFuture(0L);
              for (String stream : streams) {
                total =
                    total.compose(
                        sum -> runOne(stream, selection, progress).map(count -> sum + count));
              }
              return total;
            });
  }

  /** An ordered command has its entries in partitions. */
  private Future<List<String>> streams(Selection selection) {
    String command = selection.command();
    if (command == null) {
      return Future.succeededFuture(List.of(keys.events()));
    }
    return link.send(Request.cmd(Command.EXISTS).arg(keys.commands(command)))
        .map(
            exists ->
                exists.toInteger() == 1
                    ? List.of(keys.commands(command))
                    : IntStream.range(0, CommandSpec.PARTITIONS)
                        .mapToObj(partition -> keys.partition(command, partition))
                        .toList());
  }

  private Future<Long> runOne(String stream, Selection selection, LongConsumer progress) {
    String first = selection.from() == null ? "-" : selection.from().toEpochMilli() + "-0";
    return link.send(
            Request.cmd(Command.XREVRANGE).arg(stream).arg("+").arg("-").arg("COUNT").arg(1))
        .compose(
            newest -> {
              if (newest.size() == 0) {
                return Future.succeededFuture(0L);
              }
              String last =
                  selection.to() == null
                      ? newest.get(0).get(0).toString()
                      : Long.toString(selection.to().toEpochMilli());
              return next(stream, selection, first, last, new long[2], progress);
            });
  }

  /**
   * Repeats the next batch and goes on.
   *
   * @param counts repeated, looked at
   */
  private Future<Long> next(
      String stream,
      Selection selection,
      String first,
      String last,
      long[] counts,
      LongConsumer progress) {
    return SCRIPT
        .run(
            link,
            List.of(stream),
            List.of(
                "history",
                keys.jobs(),
                StreamKeys.bell(keys.service()),
                first,
                last,
                AT_ONCE,
                selection.id() == null ? "" : selection.id(),
                selection.client() == null ? "" : selection.client()))
        .compose(
            reply -> {
              counts[0] += reply.get(0).toLong();
              counts[1] += reply.get(1).toLong();
              progress.accept(counts[1]);
              return reply.get(1).toInteger() < AT_ONCE
                  ? Future.succeededFuture(counts[0])
                  : next(stream, selection, "(" + reply.get(2), last, counts, progress);
            });
  }
}
