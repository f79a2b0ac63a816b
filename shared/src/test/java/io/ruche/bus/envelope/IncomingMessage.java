package io.ruche.bus.envelope;

import io.ruche.bus.envelope.EnvelopeReader.Incoming;
import io.ruche.bus.envelope.Refusal.Reason;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;

/**
 * A message of the client {@code n8n} of tenant {@code koff}, as one test wants it to have come.
 */
final class IncomingMessage {

  static final String TOPIC = "ruche/koff/cmd/n8n/ai-proxy/chat";

  private final Buffer body;
  private final Map<String, String> attributes = new HashMap<>();
  private @Nullable String contentType;
  private @Nullable String responseTopic;
  private @Nullable Buffer correlationData;
  private @Nullable Instant expires;

  private IncomingMessage(Buffer body) {
    this.body = body;
  }

  static IncomingMessage of(String body) {
    return new IncomingMessage(Buffer.buffer(body));
  }

  static IncomingMessage of(byte... body) {
    return new IncomingMessage(Buffer.buffer(body));
  }

  IncomingMessage with(String attribute, String value) {
    attributes.put(attribute, value);
    return this;
  }

  IncomingMessage typed(String type) {
    contentType = type;
    return this;
  }

  IncomingMessage answeredAt(String topic) {
    responseTopic = topic;
    return this;
  }

  IncomingMessage correlatedBy(byte... data) {
    correlationData = Buffer.buffer(data);
    return this;
  }

  IncomingMessage expiring(Instant moment) {
    expires = moment;
    return this;
  }

  Envelope read() throws Refusal {
    return EnvelopeReader.read(
        new Incoming(
            "koff",
            "n8n",
            "chat",
            TOPIC,
            attributes,
            contentType,
            responseTopic,
            correlationData,
            expires,
            body));
  }

  /** The bytes that the handler would see, as text. */
  String data() throws Refusal {
    return read().payload().data().toString(StandardCharsets.UTF_8);
  }

  /** Fails unless the message is refused for this reason; answers with the detail. */
  String refusedAs(Reason reason) {
    Refusal refusal = Assertions.assertThrows(Refusal.class, this::read);
    Assertions.assertEquals(reason, refusal.reason(), refusal.detail());
    return refusal.detail();
  }
}
