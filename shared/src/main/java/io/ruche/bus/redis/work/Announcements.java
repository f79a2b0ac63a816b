package io.ruche.bus.redis.work;

import io.ruche.bus.CommandSpec;
import io.ruche.bus.Event;
import io.ruche.bus.JobState;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.envelope.Topics;
import io.ruche.bus.envelope.Ulid;
import io.ruche.bus.redis.stream.Delivery;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the end of a command says to others: events to the tenant, a reply to the client. */
public final class Announcements {

  private static final String EXPIRED = "command-expired";

  private Announcements() {}

  public static List<Envelope> done(
      String service, CommandSpec spec, Envelope command, Outcome.Done outcome) {
    List<Envelope> events = new ArrayList<>(2 + outcome.events().size());
    for (Event event : outcome.events()) {
      events.add(of(service, command.tenant(), event));
    }
    if (spec.completedEvent() != null) {
      events.add(about(service, spec.completedEvent(), command, outcome.result()));
    }
    addReply(service, spec.name() + "-result", command, outcome.result(), events);
    return events;
  }

  public static List<Envelope> failed(
      String service, CommandSpec spec, Envelope command, JobState state, Payload error) {
    List<Envelope> events = new ArrayList<>(2);
    String event = state == JobState.EXPIRED ? EXPIRED : spec.failedEvent();
    if (event != null) {
      events.add(about(service, event, command, error));
    }
    addReply(service, spec.name() + "-error", command, error, events);
    return events;
  }

  /** A piece of a command's result, for its reply topic; null when it has none. */
  public static @Nullable Envelope piece(String service, Envelope command, Payload payload) {
    return command.replyTo() == null
        ? null
        : envelope(
            Ulid.next(),
            service,
            command.tenant(),
            command.type() + "-piece",
            command.replyTo(),
            command.client(),
            command.id(),
            command.correlationId(),
            command,
            command,
            payload);
  }

  /**
   * {@code {"error":{"code","message"},"details","id","command","attempts"}}
   *
   * @param details what failed, where the handler has told it
   */
  public static Payload error(
      JobState state, String reason, @Nullable JsonObject details, Delivery delivery) {
    JsonObject error =
        new JsonObject()
            .put("error", new JsonObject().put("code", state.word()).put("message", reason));
    if (details != null) {
      error.put("details", details);
    }
    return Payload.json(
        error
            .put("id", delivery.envelope().id())
            .put("command", delivery.envelope().type())
            .put("attempts", delivery.count())
            .toBuffer());
  }

  /** A service's own event as the forwarder publishes it. */
  public static Envelope of(String service, String tenant, Event event) {
    return envelope(
        event.id() == null ? Ulid.next() : event.id(),
        service,
        tenant,
        event.type(),
        Topics.event(tenant, service, event.type()),
        event.client(),
        event.causedBy(),
        event.correlationId(),
        null,
        null,
        event.payload());
  }

  private static Envelope about(String service, String type, Envelope command, Payload payload) {
    return envelope(
        Ulid.next(),
        service,
        command.tenant(),
        type,
        Topics.event(command.tenant(), service, type),
        command.client(),
        command.id(),
        command.correlationId(),
        null,
        command,
        payload);
  }

  private static void addReply(
      String service, String type, Envelope command, Payload payload, List<Envelope> events) {
    if (command.replyTo() != null) {
      events.add(
          envelope(
              Ulid.next(),
              service,
              command.tenant(),
              type,
              command.replyTo(),
              command.client(),
              command.id(),
              command.correlationId(),
              command,
              command,
              payload));
    }
  }

  private static Envelope envelope(
      String id,
      String service,
      String tenant,
      String type,
      String topic,
      @Nullable String client,
      @Nullable String commandId,
      @Nullable String correlationId,
      @Nullable Envelope asked,
      @Nullable Envelope cause,
      Payload payload) {
    return new Envelope(
        id,
        "ruche/" + service,
        type,
        commandId,
        Instant.now().toString(),
        tenant,
        client == null ? "" : client,
        null,
        correlationId,
        asked == null ? null : asked.correlationData(),
        null,
        null,
        cause == null ? null : cause.traceparent(),
        topic,
        payload);
  }
}
