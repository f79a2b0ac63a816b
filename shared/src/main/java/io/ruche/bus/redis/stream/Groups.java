package io.ruche.bus.redis.stream;

import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Consumer groups: makes them, remakes lost ones, reads, and takes over from other consumers. */
public final class Groups {

  private static final Logger LOG = LoggerFactory.getLogger(Groups.class);
  private static final RedisScript REGROUP = RedisScript.load(Groups.class, "regroup.lua");
  private static final RedisScript CLAIM = RedisScript.load(Groups.class, "claim.lua");
  private static final long REMADE_PAUSE_MS = 100;

  private final RedisLink link;
  private final String service;
  private final String group;
  private final String consumer;

  public Groups(RedisLink link, String service, String group, String consumer) {
    this.link = link;
    this.service = service;
    this.group = group;
    this.consumer = consumer;
  }

  /** Makes sure that each stream has the group, beginning a lost one at its checkpoint. */
  public Future<Void> ensure(Collection<String> streams) {
    List<Future<?>> made = new ArrayList<>();
    for (String stream : streams) {
      String checkpoints = new StreamKeys(StreamKeys.tenantOf(stream), service).checkpoints();
      made.add(
          REGROUP
              .run(link, List.of(stream, checkpoints), List.of(group))
              .onSuccess(from -> tell(stream, from.toString())));
    }
    return Future.join(made).mapEmpty();
  }

  /**
   * As {@link #ensure}, for groups that were found lost: with a pause, so that it is never spun on.
   */
  public Future<Void> remake(Collection<String> streams) {
    return Pause.ofMillis(link.context(), REMADE_PAUSE_MS).compose(ignored -> ensure(streams));
  }

  private void tell(String stream, String from) {
    if (!from.isEmpty() && !from.equals("0")) {
      LOG.warn("{}: group {} was lost and begins again after {}", stream, group, from);
    }
  }

  /** Reads new entries, at most {@code each} of every stream; does not wait for any. */
  public Future<List<Delivery>> read(List<String> streams, int each) {
    Request read =
        Request.cmd(Command.XREADGROUP)
            .arg("GROUP")
            .arg(group)
            .arg(consumer)
            .arg("COUNT")
            .arg(each)
            .arg("STREAMS");
    streams.forEach(read::arg);
    streams.forEach(ignored -> read.arg(">"));
    return link.send(read).map(Delivery::fromRead);
  }

  /** Takes over at most {@code most} deliveries of this stream from a consumer that is dead. */
  public Future<List<Delivery>> takeOver(String stream, Beats beats, int most) {
    return consumers(stream)
        .compose(
            names -> {
              for (String name : names) {
                if (!name.startsWith("~") && beats.isDead(name)) {
                  return takeFrom(stream, name, most, List.of());
                }
              }
              return Future.succeededFuture(List.of());
            });
  }

  /** Finds deliveries to this process whose reply was lost: all its pending ones not in hand. */
  public Future<List<Delivery>> recover(String stream, InHand inHand, int most) {
    return takeFrom(stream, consumer, most, inHand.of(stream));
  }

  /**
   * Takes over at most {@code most} deliveries of one consumer, and says so.
   *
   * @param keep entries to leave alone
   */
  public Future<List<Delivery>> takeFrom(
      String stream, String former, int most, List<String> keep) {
    List<Object> args = new ArrayList<>(List.of(group, consumer, former, most));
    args.addAll(keep);
    return CLAIM
        .run(link, List.of(stream), args)
        .map(Delivery::fromClaim)
        .onSuccess(
            taken -> {
              if (!taken.isEmpty()) {
                LOG.info("{}: took over {} deliveries of {}", stream, taken.size(), former);
              }
            });
  }

  /** The consumers of this stream's group, by name. */
  public Future<List<String>> consumers(String stream) {
    return link.send(Request.cmd(Command.XINFO).arg("CONSUMERS").arg(stream).arg(group))
        .map(
            reply -> {
              List<String> names = new ArrayList<>();
              for (Response consumer : reply) {
                names.add(consumer.get("name").toString());
              }
              return names;
            });
  }

  /** Whether Redis said, itself or from within a script, that a group or stream does not exist. */
  public static boolean isLost(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("NOGROUP") || message.contains("no such key");
  }
}
