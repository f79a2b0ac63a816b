package io.ruche.bus.redis;

import io.ruche.bus.Job;
import io.ruche.bus.JobState;
import io.ruche.bus.Receipt;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.stream.Groups;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.store.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/** Looks up where commands stand. */
public final class Jobs {

  private final RedisLink link;
  private final String service;

  Jobs(RedisLink link, String service) {
    this.link = link;
    this.service = service;
  }

  /** The job, or null when this id is not (or no longer) known. */
  public Future<@Nullable Job> find(String tenant, String client, String command, String id) {
    StreamKeys keys = new StreamKeys(tenant, service);
    Request get =
        Request.cmd(Command.HMGET)
            .arg(keys.job(command, client, id))
            .arg("entry")
            .arg("part")
            .arg("state")
            .arg("attempts")
            .arg("reason")
            .arg("type")
            .arg("result");
    return link.send(get)
        .compose(
            fields -> {
              if (fields.get(0) == null) {
                return Future.succeededFuture(null);
              }
              String part = text(fields, 1);
              String stream = keys.commands(command) + (part.isEmpty() ? "" : ":" + part);
              Receipt receipt = new Receipt(id, stream, text(fields, 0));
              return text(fields, 2).isEmpty()
                  ? open(receipt, command, fields)
                  : Future.succeededFuture(ended(receipt, command, fields));
            });
  }

  /** A command without an end is running when a process has it in hand, and queued otherwise. */
  private Future<@Nullable Job> open(Receipt receipt, String command, Response fields) {
    return link.send(
            Request.cmd(Command.XPENDING)
                .arg(receipt.stream())
                .arg(service)
                .arg(receipt.entry())
                .arg(receipt.entry())
                .arg(1))
        .map(
            pending -> {
              boolean inHand = pending.size() > 0 && !"~parked".equals(text(pending.get(0), 1));
              return new Job(
                  receipt,
                  command,
                  inHand ? JobState.RUNNING : JobState.QUEUED,
                  pending.size() > 0 ? pending.get(0).get(3).toInteger() : 0,
                  text(fields, 4),
                  null);
            })
        .recover(
            failure ->
                // The group is made when the command's service first sees the tenant.
                Groups.isLost(failure)
                    ? Future.succeededFuture(
                        new Job(receipt, command, JobState.QUEUED, 0, text(fields, 4), null))
                    : Future.failedFuture(failure));
  }

  private static Job ended(Receipt receipt, String command, Response fields) {
    Response result = fields.get(6);
    return new Job(
        receipt,
        command,
        JobState.of(text(fields, 2)),
        text(fields, 3).isEmpty() ? 0 : fields.get(3).toInteger(),
        text(fields, 4),
        result == null ? null : new Payload(text(fields, 5), result.toBuffer()));
  }

  private static String text(Response fields, int at) {
    return fields.get(at) == null ? "" : fields.get(at).toString();
  }
}
