package io.ruche.bus.redis;

import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.redis.stream.Fields;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What could not be handled, with the reason and the original bytes. */
public final class DeadLetters {

  private static final RedisScript SWEEP = RedisScript.load(DeadLetters.class, "sweep.lua");
  private static final int SWEEP_AT_ONCE = 200;
  private static final RedisScript REQUEUE = RedisScript.load(DeadLetters.class, "requeue.lua");

  /**
   * One dead command, or an event that the broker refused.
   *
   * @param entry its place among the dead letters; its first part is the time of death in ms
   * @param stream where it was queued
   * @param attempts how often it was tried
   */
  public record Letter(
      String entry, String stream, String reason, int attempts, Envelope envelope) {}

  private final RedisLink link;
  private final StreamKeys keys;

  public DeadLetters(RedisLink link, StreamKeys keys) {
    this.link = link;
    this.keys = keys;
  }

  /** The newest {@code most}, newest first. */
  public Future<List<Letter>> list(int most) {
    return link.send(
            Request.cmd(Command.XREVRANGE)
                .arg(keys.deadLetters())
                .arg("+")
                .arg("-")
                .arg("COUNT")
                .arg(most))
        .map(DeadLetters::letters);
  }

  /** One letter, as a list of at most one. */
  public Future<List<Letter>> show(String entry) {
    return link.send(Request.cmd(Command.XRANGE).arg(keys.deadLetters()).arg(entry).arg(entry))
        .map(DeadLetters::letters);
  }

  /** How many there are. */
  public Future<Long> count() {
    return link.send(Request.cmd(Command.XLEN).arg(keys.deadLetters())).map(Response::toLong);
  }

  /**
   * Queues letters again under their old ids, as if they had just come, and without the time at
   * which they would have expired.
   *
   * @param first {@code -} for the oldest
   * @param last {@code +} for the newest
   * @return how many; at most {@code most}
   */
  public Future<Long> replay(String first, String last, int most) {
    return REQUEUE
        .run(
            link,
            List.of(keys.deadLetters()),
            List.of(
                "dead", keys.jobs(), StreamKeys.bell(keys.service()), first, last, most, "", ""))
        .map(reply -> reply.get(0).toLong());
  }

  /** Removes one letter for good; false when there is none. */
  public Future<Boolean> drop(String entry) {
    return link.send(Request.cmd(Command.XDEL).arg(keys.deadLetters()).arg(entry))
        .map(removed -> removed.toInteger() == 1);
  }

  /**
   * Counts all letters there are now, or removes them for good.
   *
   * @param type only of this kind of command (or event); null for all
   * @param drop whether to remove them
   * @return how many
   */
  public Future<Long> sweep(@Nullable String type, boolean drop) {
    return link.send(
            Request.cmd(Command.XREVRANGE)
                .arg(keys.deadLetters())
                .arg("+")
                .arg("-")
                .arg("COUNT")
                .arg(1))
        .compose(
            newest ->
                newest.size() == 0
                    ? Future.succeededFuture(0L)
                    : sweep("-", newest.get(0).get(0).toString(), type == null ? "" : type, drop));
  }

  /** In steps between which others get their turn. */
  private Future<Long> sweep(String first, String last, String type, boolean drop) {
    return SWEEP
        .run(
            link,
            List.of(keys.deadLetters()),
            List.of(first, last, SWEEP_AT_ONCE, type, drop ? "1" : ""))
        .compose(
            reply -> {
              long count = reply.get(0).toLong();
              return reply.get(1).toInteger() < SWEEP_AT_ONCE
                  ? Future.succeededFuture(count)
                  : sweep("(" + reply.get(2), last, type, drop).map(more -> count + more);
            });
  }

  private static List<Letter> letters(Response entries) {
    List<Letter> letters = new ArrayList<>();
    for (Response entry : entries) {
      Response fields = entry.get(1);
      String stream = "";
      String reason = "";
      int attempts = 0;
      for (int i = 0; i + 1 < fields.size(); i += 2) {
        switch (fields.get(i).toString()) {
          case "stream" -> stream = fields.get(i + 1).toString();
          case "reason" -> reason = fields.get(i + 1).toString();
          case "attempts" -> attempts = fields.get(i + 1).toInteger();
          default -> {}
        }
      }
      letters.add(
          new Letter(entry.get(0).toString(), stream, reason, attempts, Fields.read(fields)));
    }
    return letters;
  }
}
