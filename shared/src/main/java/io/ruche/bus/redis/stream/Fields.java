package io.ruche.bus.redis.stream;

import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Envelope} as the fields of a stream entry, and back. Absent attributes take no field.
 */
public final class Fields {

  private Fields() {}

  /** Appends the number of strings and then name, value, name, value... */
  public static void write(Envelope envelope, List<Object> args) {
    int countAt = args.size();
    args.add(0);
    add(args, "id", envelope.id());
    add(args, "source", envelope.source());
    add(args, "type", envelope.type());
    add(args, "subject", envelope.subject());
    add(args, "time", envelope.time());
    add(args, "datacontenttype", envelope.payload().contentType());
    add(args, "tenant", envelope.tenant());
    add(args, "client", envelope.client());
    add(args, "key", envelope.key());
    add(args, "correlationid", envelope.correlationId());
    Buffer correlationData = envelope.correlationData();
    if (correlationData != null) {
      args.add("correlationdata");
      args.add(correlationData.getBytes());
    }
    add(args, "replyto", envelope.replyTo());
    Instant expires = envelope.expires();
    add(args, "expires", expires == null ? null : expires.toString());
    add(args, "traceparent", envelope.traceparent());
    add(args, "topic", envelope.topic());
    // A dead letter has a field "stream" that says where it was queued.
    add(args, "pieces", envelope.stream() ? "true" : null);
    args.add("data");
    args.add(envelope.payload().data().getBytes());
    args.set(countAt, args.size() - countAt - 1);
  }

  private static void add(List<Object> args, String name, @Nullable String value) {
    if (value != null) {
      args.add(name);
      args.add(value);
    }
  }

  /** Reads {@code fields}, an array of name, value, name, value... */
  public static Envelope read(Response fields) {
    @Nullable String[] text = new @Nullable String[NAMES.size()];
    Buffer data = Buffer.buffer();
    Buffer correlationData = null;
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      String name = fields.get(i).toString();
      Response value = fields.get(i + 1);
      switch (name) {
        case "data" -> data = value.toBuffer();
        case "correlationdata" -> correlationData = value.toBuffer();
        default -> {
          int at = NAMES.indexOf(name);
          if (at >= 0) {
            text[at] = value.toString();
          }
        }
      }
    }
    String expires = text[10];
    return new Envelope(
        orEmpty(text[0]),
        orEmpty(text[1]),
        orEmpty(text[2]),
        text[3],
        orEmpty(text[4]),
        orEmpty(text[6]),
        orEmpty(text[7]),
        text[8],
        text[9],
        correlationData,
        text[12],
        expires == null ? null : Instant.parse(expires),
        text[11],
        orEmpty(text[13]),
        new Payload(text[5] == null ? Payload.BYTES : text[5], data),
        "true".equals(text[14]));
  }

  private static final List<String> NAMES =
      List.of(
          "id",
          "source",
          "type",
          "subject",
          "time",
          "datacontenttype",
          "tenant",
          "client",
          "key",
          "correlationid",
          "expires",
          "traceparent",
          "replyto",
          "topic",
          "pieces");

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
