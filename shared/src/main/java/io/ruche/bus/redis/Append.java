package io.ruche.bus.redis;

import io.ruche.bus.BusConfig;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Receipt;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.redis.stream.Fields;
import io.ruche.bus.redis.stream.Replicas;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts commands into their streams, each once, and tells when they are on disk. */
final class Append {

  private static final RedisScript SCRIPT = RedisScript.load(Append.class, "append.lua");

  private final RedisLink link;
  private final Replicas replicas;
  private final String service;
  private final BusConfig config;
  private final Map<String, CommandSpec> specs;
  private final Set<String> tenants = new HashSet<>();

  Append(
      RedisLink link,
      Replicas replicas,
      String service,
      BusConfig config,
      Map<String, CommandSpec> specs) {
    this.link = link;
    this.replicas = replicas;
    this.service = service;
    this.config = config;
    this.specs = specs;
  }

  /**
   * Appends {@code batch} in order.
   *
   * @param epoch of the lease under which the caller works; empty for one that needs none
   * @return a result for each, in order; fails when Redis or a replica that counts is away, or a
   *     newer lease was taken, and then any of the batch may have been appended
   */
  Future<List<Taken>> append(String epoch, List<Envelope> batch) {
    Map<String, List<Integer>> byTenant = new LinkedHashMap<>();
    for (int i = 0; i < batch.size(); i++) {
      byTenant.computeIfAbsent(batch.get(i).tenant(), ignored -> new ArrayList<>()).add(i);
    }
    int generation = link.generation();
    Taken[] results = new Taken[batch.size()];
    List<Future<?>> sent = new ArrayList<>();
    byTenant.forEach(
        (tenant, positions) -> {
          sent.add(remember(tenant));
          sent.add(appendTenant(epoch, tenant, positions, batch, results));
        });
    return Future.join(sent)
        .compose(all -> replicas.confirm(generation))
        .map(confirmed -> List.of(results));
  }

  /** A tenant is listed before its first entry exists, so that its streams are never overlooked. */
  private Future<?> remember(String tenant) {
    if (tenants.contains(tenant)) {
      return Future.succeededFuture();
    }
    return link.send(Request.cmd(Command.SADD).arg(StreamKeys.TENANTS).arg(tenant))
        .onSuccess(ignored -> tenants.add(tenant));
  }

  private Future<?> appendTenant(
      String epoch, String tenant, List<Integer> positions, List<Envelope> batch, Taken[] out) {
    StreamKeys keys = new StreamKeys(tenant, service);
    List<Object> args = new ArrayList<>(8 + positions.size() * 32);
    args.add(epoch);
    args.add(config.streamEntries());
    args.add(config.remembrance().toMillis());
    args.add(config.identitiesPerTenant());
    args.add(StreamKeys.bell(service));
    args.add(positions.size());
    for (int position : positions) {
      write(keys, batch.get(position), args);
    }
    return SCRIPT
        .run(
            link, List.of(keys.fence(), keys.identities(), keys.events(), keys.deadLetters()), args)
        .onSuccess(
            replies -> {
              for (int i = 0; i < positions.size(); i++) {
                int position = positions.get(i);
                out[position] = result(batch.get(position), replies.get(i));
              }
            });
  }

  private void write(StreamKeys keys, Envelope envelope, List<Object> args) {
    CommandSpec spec = specs.get(envelope.type());
    boolean ordered = spec != null && spec.ordered();
    String key = envelope.key() == null ? envelope.id() : envelope.key();
    args.add(keys.commands(envelope.type()));
    args.add(ordered ? "p" + StreamKeys.partitionOf(key) : "");
    args.add(keys.job(envelope.type(), envelope.client(), envelope.id()));
    args.add(digest(envelope.payload().data().getBytes()));
    Fields.write(envelope, args);
  }

  private static Taken result(Envelope envelope, Response reply) {
    return switch (reply.get(0).toString()) {
      case "new" -> new Taken.Stored(receipt(envelope, reply), false);
      case "known" -> new Taken.Stored(receipt(envelope, reply), true);
      case "conflict" -> new Taken.Conflict(receipt(envelope, reply));
      default -> new Taken.Full();
    };
  }

  private static Receipt receipt(Envelope envelope, Response reply) {
    return new Receipt(envelope.id(), reply.get(1).toString(), reply.get(2).toString());
  }

  /** 128 bits of SHA-256 are enough to tell two bodies of one client apart. */
  private static String digest(byte[] body) {
    try {
      byte[] whole = MessageDigest.getInstance("SHA-256").digest(body);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(java.util.Arrays.copyOf(whole, 16));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
