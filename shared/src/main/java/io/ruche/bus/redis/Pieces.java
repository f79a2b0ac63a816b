package io.ruche.bus.redis;

import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.bus.redis.work.Announcements;
import io.ruche.store.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of results on their way from the process that works on a command to the one that holds the
 * broker, over a pub/sub channel: nothing of them is stored, and who is not there misses them.
 */
public final class Pieces {

  private final RedisLink link;
  private final String service;

  Pieces(RedisLink link, String service) {
    this.link = link;
    this.service = service;
  }

  /** Completes when it was passed on, whether or not anybody took it. */
  public Future<Void> publish(Envelope command, Payload payload) {
    Envelope piece = Announcements.piece(service, command, payload);
    return piece == null
        ? Future.succeededFuture()
        : link.send(
                Request.cmd(Command.PUBLISH)
                    .arg(StreamKeys.pieces(service))
                    .arg(encode(piece).toBuffer()))
            .mapEmpty();
  }

  private static JsonObject encode(Envelope piece) {
    Buffer correlationData = piece.correlationData();
    return new JsonObject()
        .put("id", piece.id())
        .put("source", piece.source())
        .put("type", piece.type())
        .put("subject", piece.subject())
        .put("time", piece.time())
        .put("tenant", piece.tenant())
        .put("client", piece.client())
        .put("correlationid", piece.correlationId())
        .put(
            "correlationdata",
            correlationData == null
                ? null
                : Base64.getEncoder().encodeToString(correlationData.getBytes()))
        .put("traceparent", piece.traceparent())
        .put("topic", piece.topic())
        .put("datacontenttype", piece.payload().contentType())
        .put("data", Base64.getEncoder().encodeToString(piece.payload().data().getBytes()));
  }

  /** Reads what {@link #publish} passed on. */
  static Envelope decode(Buffer message) {
    JsonObject json = new JsonObject(message);
    String correlationData = json.getString("correlationdata");
    return new Envelope(
        json.getString("id"),
        json.getString("source"),
        json.getString("type"),
        json.getString("subject"),
        json.getString("time"),
        json.getString("tenant"),
        json.getString("client"),
        null,
        json.getString("correlationid"),
        correlationData == null ? null : bytes(correlationData),
        null,
        null,
        json.getString("traceparent"),
        json.getString("topic"),
        new Payload(json.getString("datacontenttype"), bytes(json.getString("data"))));
  }

  private static Buffer bytes(@Nullable String base64) {
    return Buffer.buffer(Base64.getDecoder().decode(base64 == null ? "" : base64));
  }
}
