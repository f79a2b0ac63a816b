package io.ruche.bus.mqtt;

import io.ruche.bus.BusMetrics;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.redis.EventReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events and replies from their streams to the broker. Each is let go after its PUBACK, so a kill
 * publishes it twice at worst, under the same id.
 */
final class Forwarder implements EventReader.Sink {

  private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

  private static final long TRY_AGAIN_MS = 250;

  private final Context context;
  private final MqttLink link;
  private final BusMetrics metrics;
  private @Nullable EventReader reader;

  Forwarder(Context context, MqttLink link, BusMetrics metrics) {
    this.context = context;
    this.link = link;
    this.metrics = metrics;
  }

  void readFrom(EventReader source) {
    reader = source;
  }

  @Override
  public void accept(EventReader.Item item) {
    EventReader source = reader;
    if (source == null) {
      throw new IllegalStateException("no reader yet");
    }
    Future<Void> published;
    try {
      published = link.publish(message(item.event(), 1));
    } catch (RuntimeException unfit) {
      // The client refuses to build it, for example for a control character in an attribute.
      source.bury(item, "it cannot be an MQTT message: " + unfit.getMessage());
      return;
    }
    published
        .onSuccess(
            ignored -> {
              metrics.forwarded();
              source.done(item);
            })
        .onFailure(failure -> context.runOnContext(ignored -> failed(source, item, failure)));
  }

  private void failed(EventReader source, EventReader.Item item, Throwable failure) {
    if (MqttLink.isRefusal(failure)) {
      LOG.error("{}: the broker refuses it, {}", item.event().topic(), failure.getMessage());
      source.bury(item, "the broker refuses it: " + failure.getMessage());
    } else if (!source.isStopped()) {
      LOG.debug("{}: not published yet, {}", item.event().topic(), failure.getMessage());
      context.owner().setTimer(TRY_AGAIN_MS, ignored -> accept(item));
    }
    // Once the reader has stopped, the next one begins with this event.
  }

  /** As it is published. */
  static MqttMessage message(Envelope event, int qos) {
    return new MqttMessage(
        event.topic(),
        payload(event),
        qos,
        false,
        attributes(event),
        event.payload().contentType(),
        null,
        event.correlationData(),
        null);
  }

  /** CloudEvents binary mode. */
  private static Map<String, String> attributes(Envelope event) {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("specversion", "1.0");
    attributes.put("id", event.id());
    attributes.put("source", event.source());
    attributes.put("type", event.type());
    attributes.put("time", event.time());
    put(attributes, "subject", event.subject());
    put(attributes, "correlationid", event.correlationId());
    put(attributes, "traceparent", event.traceparent());
    return attributes;
  }

  private static void put(Map<String, String> attributes, String name, @Nullable String value) {
    if (value != null) {
      attributes.put(name, value);
    }
  }

  /**
   * MQTT 3.1.1 has no properties, so a JSON object also carries them as its first member {@code
   * ruche}; its other bytes stay as they are.
   */
  private static Buffer payload(Envelope event) {
    Buffer data = event.payload().data();
    int open = event.payload().isJson() ? objectStart(data) : -1;
    if (open < 0) {
      return data;
    }
    JsonObject ruche =
        new JsonObject().put("id", event.id()).put("type", event.type()).put("time", event.time());
    putIfKnown(ruche, "client", event.client().isEmpty() ? null : event.client());
    putIfKnown(ruche, "commandId", event.subject());
    putIfKnown(ruche, "correlationId", event.correlationId());
    boolean empty = data.getByte(skipSpace(data, open + 1)) == '}';
    return Buffer.buffer(data.length() + 256)
        .appendString("{\"ruche\":")
        .appendString(ruche.encode())
        .appendString(empty ? "" : ",")
        .appendBuffer(data, open + 1, data.length() - open - 1);
  }

  private static void putIfKnown(JsonObject json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static int objectStart(Buffer data) {
    int at = skipSpace(data, 0);
    return at + 1 < data.length() && data.getByte(at) == '{' ? at : -1;
  }

  private static int skipSpace(Buffer data, int from) {
    int at = from;
    while (at < data.length() - 1 && data.getByte(at) <= ' ') {
      at++;
    }
    return at;
  }
}
