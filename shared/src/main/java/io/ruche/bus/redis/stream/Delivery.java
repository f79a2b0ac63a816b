package io.ruche.bus.redis.stream;

import io.ruche.bus.envelope.Envelope;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry in the hands of this process.
 *
 * @param count how often it was delivered, this time included; with the consumer's name it fences
 */
public record Delivery(String stream, String entry, int count, Envelope envelope) {

  /** Reads the reply of XREADGROUP: a map of streams to entries, or nothing. */
  public static List<Delivery> fromRead(Response reply) {
    if (reply == null) {
      return List.of();
    }
    List<Delivery> deliveries = new ArrayList<>();
    for (String stream : reply.getKeys()) {
      for (Response entry : reply.get(stream)) {
        deliveries.add(of(stream, 1, entry));
      }
    }
    return deliveries;
  }

  /** Reads the reply of the claiming scripts: {@code {stream, count, {entry, fields}}} each. */
  public static List<Delivery> fromClaim(Response reply) {
    List<Delivery> deliveries = new ArrayList<>();
    for (Response claimed : reply) {
      deliveries.add(claimed(claimed));
    }
    return deliveries;
  }

  /** Reads {@code {stream, count, {entry, fields}}}. */
  public static Delivery claimed(Response one) {
    return of(one.get(0).toString(), one.get(1).toInteger(), one.get(2));
  }

  /** When the entry was added, by Redis' clock. */
  public Instant accepted() {
    int dash = entry.indexOf('-');
    return Instant.ofEpochMilli(Long.parseLong(dash < 0 ? entry : entry.substring(0, dash)));
  }

  /** The same entry, delivered once more. */
  public Delivery counted(int newCount) {
    return new Delivery(stream, entry, newCount, envelope);
  }

  public static Delivery of(String stream, int count, Response entry) {
    return new Delivery(stream, entry.get(0).toString(), count, Fields.read(entry.get(1)));
  }
}
