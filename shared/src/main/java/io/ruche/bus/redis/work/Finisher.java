package io.ruche.bus.redis.work;

import io.ruche.bus.BusConfig;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.Fields;
import io.ruche.bus.redis.stream.GroupCommit;
import io.ruche.bus.redis.stream.Pause;
import io.ruche.bus.redis.stream.Replicas;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits endings in batches, and keeps at it while Redis is away. */
public final class Finisher {

  /** What the commit of an ending came to. */
  public enum Verdict {
    COMMITTED,
    /** Somebody else owns the delivery by now, and will end it. */
    NOT_OURS,
    /** The command had ended before; nothing was published again. */
    ENDED_BEFORE
  }

  private static final Logger LOG = LoggerFactory.getLogger(Finisher.class);
  private static final RedisScript SCRIPT = RedisScript.load(Finisher.class, "finish.lua");
  private static final int MOST = 256;

  private record Pending(Ending ending, Promise<Verdict> verdict) {}

  private final RedisLink link;
  private final Replicas replicas;
  private final String service;
  private final String consumer;
  private final BusConfig config;
  private final GroupCommit<Pending> commit;

  /** Whether the last commit failed; told once, not at every try. */
  private boolean failing;

  public Finisher(
      RedisLink link, Replicas replicas, String service, String consumer, BusConfig config) {
    this.link = link;
    this.replicas = replicas;
    this.service = service;
    this.consumer = consumer;
    this.config = config;
    this.commit =
        new GroupCommit<>(
            link.context(), MOST, pending -> pending.ending.result().data().length(), this::send);
  }

  /** Completes when the ending is on disk, or was refused; never fails. */
  public Future<Verdict> commit(Ending ending) {
    Promise<Verdict> verdict = Promise.promise();
    commit.add(new Pending(ending, verdict));
    return verdict.future();
  }

  private Future<List<Pending>> send(List<Pending> batch) {
    Map<String, List<Pending>> byTenant = new LinkedHashMap<>();
    for (Pending pending : batch) {
      String tenant = StreamKeys.tenantOf(pending.ending.delivery().stream());
      byTenant.computeIfAbsent(tenant, ignored -> new ArrayList<>()).add(pending);
    }
    List<Pending> unsent = new ArrayList<>();
    List<Future<?>> sent = new ArrayList<>();
    byTenant.forEach(
        (tenant, endings) ->
            sent.add(
                sendTenant(new StreamKeys(tenant, service), endings)
                    .onFailure(failure -> unsent.addAll(endings))));
    return Future.join(sent)
        .transform(
            all ->
                all.succeeded()
                    ? Future.succeededFuture(List.<Pending>of())
                    : waitForRedis(all.cause()).map(unsent));
  }

  private Future<Void> waitForRedis(Throwable cause) {
    if (!failing) {
      failing = true;
      LOG.warn("{}: endings wait, Redis said: {}", service, cause.getMessage());
    }
    return link.connected().compose(ignored -> Pause.ofMillis(link.context(), 100));
  }

  private Future<?> sendTenant(StreamKeys keys, List<Pending> endings) {
    int generation = link.generation();
    List<Object> args = new ArrayList<>();
    args.add(service);
    args.add(consumer);
    args.add(config.remembrance().toMillis());
    args.add(StreamKeys.bell(service));
    args.add(endings.size());
    for (Pending pending : endings) {
      write(keys, pending.ending, args);
    }
    return SCRIPT
        .run(link, List.of(keys.events(), keys.deadLetters()), args)
        // Sent again it would be told that the delivery is not its own any more, so only the
        // replicas are asked again.
        .compose(replies -> replicas.await(generation).map(replies))
        .onSuccess(
            replies -> {
              failing = false;
              for (int i = 0; i < endings.size(); i++) {
                endings.get(i).verdict.complete(verdict(replies.get(i)));
              }
            });
  }

  private static void write(StreamKeys keys, Ending ending, List<Object> args) {
    Delivery delivery = ending.delivery();
    Envelope command = delivery.envelope();
    args.add(delivery.stream());
    args.add(delivery.entry());
    args.add(delivery.count());
    args.add(keys.job(command.type(), command.client(), command.id()));
    args.add(ending.state().word());
    args.add(ending.reason());
    args.add(ending.result().contentType());
    args.add(ending.result().data().getBytes());
    args.add(ending.events().size());
    for (Envelope event : ending.events()) {
      Fields.write(event, args);
    }
  }

  private static Verdict verdict(Response reply) {
    return switch (reply.toInteger()) {
      case 1 -> Verdict.COMMITTED;
      case 0 -> Verdict.NOT_OURS;
      default -> Verdict.ENDED_BEFORE;
    };
  }
}
