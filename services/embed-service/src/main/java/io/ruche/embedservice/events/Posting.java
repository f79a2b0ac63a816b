package io.ruche.embedservice.events;

import io.ruche.bus.Bus;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.envelope.Topics;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Commands of the service's own. */
public final class Posting {

  private final Bus bus;

  public Posting(Bus bus) {
    this.bus = bus;
  }

  /**
   * Posts a command; the same id with the same payload is the same command. Fails when it could not
   * be stored.
   *
   * @param order what commands are ordered by, or null
   */
  public Future<Void> post(
      String tenant, String command, String id, @Nullable String order, JsonObject payload) {
    return bus.post(
            new Envelope(
                id,
                "ruche/" + bus.service(),
                command,
                null,
                Instant.now().toString(),
                tenant,
                bus.service(),
                order,
                null,
                null,
                null,
                null,
                null,
                Topics.command(tenant, bus.service(), bus.service(), command),
                Payload.json(payload.toBuffer())))
        .compose(
            taken ->
                taken instanceof Taken.Stored
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new IllegalStateException("the command " + id + " was not stored")));
  }
}
