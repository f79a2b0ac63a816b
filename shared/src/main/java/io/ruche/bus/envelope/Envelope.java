package io.ruche.bus.envelope;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One command or event with everything that is known about it: CloudEvents 1.0 attributes, Ruche's
 * own, and the raw bytes.
 *
 * @param id unique for its tenant, client and kind; minted when the sender gave none
 * @param type the command or event
 * @param client the API key's name, from the topic or the HTTP key; empty for a service's own event
 * @param key what ordered commands are partitioned by
 * @param correlationData the sender's own bytes, when they came as an MQTT 5 property
 * @param replyTo below the client's own reply topic
 * @param expires after this the command is dropped with an event
 * @param topic where it came from, or is to be published
 * @param stream whether its sender wants pieces of the result on the reply topic, as they come
 */
public record Envelope(
    String id,
    String source,
    String type,
    @Nullable String subject,
    String time,
    String tenant,
    String client,
    @Nullable String key,
    @Nullable String correlationId,
    @Nullable Buffer correlationData,
    @Nullable String replyTo,
    @Nullable Instant expires,
    @Nullable String traceparent,
    String topic,
    Payload payload,
    boolean stream) {

  /** One whose sender waits for the whole result, or for none. */
  public Envelope(
      String id,
      String source,
      String type,
      @Nullable String subject,
      String time,
      String tenant,
      String client,
      @Nullable String key,
      @Nullable String correlationId,
      @Nullable Buffer correlationData,
      @Nullable String replyTo,
      @Nullable Instant expires,
      @Nullable String traceparent,
      String topic,
      Payload payload) {
    this(
        id,
        source,
        type,
        subject,
        time,
        tenant,
        client,
        key,
        correlationId,
        correlationData,
        replyTo,
        expires,
        traceparent,
        topic,
        payload,
        false);
  }

  /** The same, as part of another span. */
  public Envelope withTraceparent(@Nullable String other) {
    return new Envelope(
        id,
        source,
        type,
        subject,
        time,
        tenant,
        client,
        key,
        correlationId,
        correlationData,
        replyTo,
        expires,
        other,
        topic,
        payload,
        stream);
  }
}
