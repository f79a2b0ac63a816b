package io.ruche.bus.envelope;

import io.ruche.bus.envelope.PlainJson.Reserved;
import io.ruche.bus.envelope.Refusal.Reason;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message into an {@link Envelope}, whichever way its sender could say what it is:
 * CloudEvents attributes beside the payload, a CloudEvent as the payload, plain JSON with the
 * reserved object {@code ruche}, or bytes. What stands beside the payload wins over what stands in
 * it.
 */
public final class EnvelopeReader {

  private static final int LONGEST_TEXT = 256;

  private EnvelopeReader() {}

  /**
   * A message as it came in.
   *
   * @param attributes lower-case names: MQTT 5 user properties, or {@code ce-} headers without the
   *     prefix and {@code id} from Idempotency-Key
   * @param contentType as the sender told it, if it did
   * @param expires from the message expiry interval, if there was one
   */
  public record Incoming(
      String tenant,
      String client,
      String command,
      String topic,
      Map<String, String> attributes,
      @Nullable String contentType,
      @Nullable String responseTopic,
      @Nullable Buffer correlationData,
      @Nullable Instant expires,
      Buffer body) {}

  /** Reads {@code in}, or says what of it cannot be taken. */
  public static Envelope read(Incoming in) throws Refusal {
    byte[] body = in.body().getBytes();
    String told = in.attributes().get("id");
    PlainJson json;
    try {
      boolean binaryMode = PlainJson.isCloudEvent(in.attributes().get("specversion"));
      json = binaryMode ? PlainJson.notRead() : PlainJson.read(body);
    } catch (Refusal refusal) {
      throw refusal.of(told);
    }
    try {
      return read(in, json, body);
    } catch (Refusal refusal) {
      throw refusal.of(first(told, json.reserved().id()));
    }
  }

  private static Envelope read(Incoming in, PlainJson json, byte[] body) throws Refusal {
    Map<String, String> beside = in.attributes();
    Reserved inside = json.reserved();
    String id = first(beside.get("id"), inside.id());
    if (id != null && !Identifiers.isId(id)) {
      throw new Refusal(
          Reason.BAD_ID,
          "id '" + clip(id) + "' must be 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'");
    }
    String replyTo = first(in.responseTopic(), first(beside.get("replyto"), inside.replyTo()));
    String correlationId = first(beside.get("correlationid"), inside.correlationId());
    if (in.correlationData() != null) {
      correlationId = asText(in.correlationData());
    }
    if (replyTo == null && correlationId != null && Identifiers.isId(correlationId)) {
      replyTo = Topics.replies(in.tenant(), in.client()) + correlationId;
    }
    if (replyTo != null && !Topics.isOwnReply(replyTo, in.tenant(), in.client())) {
      throw new Refusal(
          Reason.FOREIGN_REPLY_TOPIC,
          "replyTo '"
              + clip(replyTo)
              + "' must lie below "
              + Topics.replies(in.tenant(), in.client())
              + " in levels of A-Z, a-z, 0-9, '.', '_' and '-'");
    }
    Instant expires = in.expires();
    if (expires == null) {
      expires = instant(first(beside.get("expires"), inside.expires()));
    }
    return new Envelope(
        id == null ? Ulid.next() : id,
        orElse(boundedOrNull("source", first(beside.get("source"), inside.source())), in.topic()),
        in.command(),
        boundedOrNull("subject", first(beside.get("subject"), inside.subject())),
        time(beside, inside),
        in.tenant(),
        in.client(),
        boundedOrNull("key", first(beside.get("key"), inside.key())),
        boundedOrNull("correlationId", correlationId),
        in.correlationData(),
        replyTo,
        expires,
        boundedOrNull("traceparent", first(beside.get("traceparent"), inside.traceparent())),
        in.topic(),
        payload(in, json, body),
        stream(first(beside.get("stream"), inside.stream()), replyTo));
  }

  private static boolean stream(@Nullable String told, @Nullable String replyTo) throws Refusal {
    if (told == null || told.equals("false")) {
      return false;
    }
    if (!told.equals("true")) {
      throw new Refusal(Reason.BAD_ENVELOPE, "stream '" + clip(told) + "' must be true or false");
    }
    if (replyTo == null) {
      throw new Refusal(
          Reason.BAD_ENVELOPE,
          "stream is true, but there is nowhere to send the pieces to: give a correlationId, a"
              + " replyTo or a response topic");
    }
    return true;
  }

  private static Payload payload(Incoming in, PlainJson json, byte[] body) throws Refusal {
    String type = contentType(in, json);
    Buffer data = json.data(body);
    if (Payload.isJson(type) && data.length() > 0 && !json.isJson()) {
      String flaw = PlainJson.flaw(data.getBytes());
      if (flaw != null) {
        throw new Refusal(
            Reason.BAD_ENVELOPE, "the content type is '" + type + "' but the data is " + flaw);
      }
    }
    return new Payload(type, data);
  }

  private static String contentType(Incoming in, PlainJson json) throws Refusal {
    String told = first(json.reserved().dataContentType(), in.attributes().get("datacontenttype"));
    if (told == null && !json.isCloudEvent()) {
      told = in.contentType();
    }
    return told != null
        ? bounded("content type", told)
        : json.isJson() ? Payload.JSON : Payload.BYTES;
  }

  /**
   * When it happened, in the sender's own words, or now. A property {@code time} of a message that
   * does not call itself a CloudEvent may mean anything.
   */
  private static String time(Map<String, String> beside, Reserved inside) throws Refusal {
    String told = first(beside.get("time"), inside.time());
    if (told != null) {
      try {
        if (told.length() <= LONGEST_TEXT) {
          OffsetDateTime.parse(told);
          return told;
        }
      } catch (DateTimeException e) {
        // Told below, if it matters.
      }
      if (beside.get("time") == null || beside.containsKey("specversion")) {
        throw new Refusal(
            Reason.BAD_ENVELOPE,
            "time '" + clip(told) + "' is not a time; write e.g. 2026-11-21T18:30:00Z");
      }
    }
    return Instant.now().toString();
  }

  private static @Nullable Instant instant(@Nullable String text) throws Refusal {
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new Refusal(
          Reason.BAD_ENVELOPE,
          "expires '" + clip(text) + "' is not a time; write e.g. 2026-11-21T18:30:00Z");
    }
  }

  private static String asText(Buffer bytes) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes())).toString();
      if (Identifiers.isText(text)) {
        return text;
      }
    } catch (CharacterCodingException binary) {
      // Shown as hexadecimal; the sender gets its own bytes back from correlationData.
    }
    return HexFormat.of().formatHex(bytes.getBytes());
  }

  private static @Nullable String first(@Nullable String a, @Nullable String b) {
    return a != null ? a : b;
  }

  private static String orElse(@Nullable String a, String b) {
    return a != null ? a : b;
  }

  private static @Nullable String boundedOrNull(String what, @Nullable String text) throws Refusal {
    return text == null ? null : bounded(what, text);
  }

  private static String bounded(String what, String text) throws Refusal {
    if (text.length() > LONGEST_TEXT) {
      throw new Refusal(
          Reason.BAD_ENVELOPE,
          what + " has " + text.length() + " characters; at most " + LONGEST_TEXT + " are taken");
    }
    if (!Identifiers.isText(text)) {
      throw new Refusal(
          Reason.BAD_ENVELOPE,
          what + " must be text without control characters and without broken Unicode");
    }
    return text;
  }

  private static String clip(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
