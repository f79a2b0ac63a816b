package io.ruche.bus.mqtt;

import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.envelope.Refusal;
import io.ruche.bus.envelope.Topics;
import io.ruche.bus.envelope.Topics.CommandTopic;
import io.ruche.bus.envelope.Ulid;
import io.ruche.bus.redis.EventLog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a tenant which of its commands were refused, and why: the event {@code command-refused}.
 */
final class Refusals {

  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final String EVENT = "command-refused";
  private static final long PAUSE_MS = 500;

  private final Context context;
  private final EventLog events;

  Refusals(Context context, EventLog events) {
    this.context = context;
    this.events = events;
  }

  /** Completes when the event is on disk, however long that takes. */
  Future<Void> tell(CommandTopic topic, Refusal refusal) {
    Envelope event = event(topic, refusal);
    Promise<Void> told = Promise.promise();
    context.runOnContext(ignored -> append(event, told));
    return told.future();
  }

  private void append(Envelope event, Promise<Void> told) {
    events
        .append(event)
        .onSuccess(ignored -> told.complete())
        .onFailure(
            failure -> {
              LOG.debug("refusal waits: {}", failure.getMessage());
              context.owner().setTimer(PAUSE_MS, ignored -> append(event, told));
            });
  }

  private static Envelope event(CommandTopic topic, Refusal refusal) {
    String id = refusal.id();
    JsonObject body =
        new JsonObject()
            .put("reason", refusal.reason().code())
            .put("detail", refusal.detail())
            .put("client", topic.client())
            .put("command", topic.command());
    if (id != null) {
      body.put("id", id);
    }
    return new Envelope(
        Ulid.next(),
        "ruche/" + topic.service(),
        EVENT,
        id,
        Instant.now().toString(),
        topic.tenant(),
        topic.client(),
        null,
        null,
        null,
        null,
        null,
        null,
        Topics.event(topic.tenant(), topic.service(), EVENT),
        Payload.json(body.toBuffer()));
  }
}
