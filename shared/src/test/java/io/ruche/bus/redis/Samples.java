package io.ruche.bus.redis;

import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Commands {@code say} of client {@code n8n} of tenant {@code koff} for the service {@code echo}.
 */
public final class Samples {

  private Samples() {}

  /** One with everything that an envelope can have. */
  public static Envelope full() {
    return new Envelope(
        "a-1",
        "/crm",
        "say",
        "subject é",
        "2026-11-21T18:30:00.123456Z",
        "koff",
        "n8n",
        "key 😀",
        "c-1",
        Buffer.buffer(new byte[] {0, (byte) 0xFF, '\r', '\n'}),
        "ruche/koff/reply/n8n/c-1",
        Instant.parse("2026-11-21T18:30:00.000001Z"),
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "ruche/koff/cmd/n8n/echo/say",
        new Payload("image/png", Buffer.buffer(new byte[] {0, 1, 2, (byte) 0xFF, '\r', '\n'})),
        true);
  }

  /** One with what every envelope has. */
  public static Envelope command(String id, @Nullable String key, String body) {
    return new Envelope(
        id,
        "/test",
        "say",
        null,
        "2026-11-21T18:30:00Z",
        "koff",
        "n8n",
        key,
        null,
        null,
        null,
        null,
        null,
        "ruche/koff/cmd/n8n/echo/say",
        Payload.json(body));
  }
}
