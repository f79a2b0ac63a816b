package io.ruche.embedservice.http;

import io.ruche.auth.ApiKey;
import io.ruche.auth.web.KeyHandler;
import io.ruche.bus.Bus;
import io.ruche.bus.Receipt;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Identifiers;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.envelope.Topics;
import io.ruche.bus.envelope.Ulid;
import io.ruche.http.Exchange;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Turns requests into durable commands: what is answered with 202 is on disk. */
final class CommandPost {

  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration UNTIL_ROOM = Duration.ofSeconds(10);

  private final Bus bus;

  CommandPost(Bus bus) {
    this.bus = bus;
  }

  /**
   * The id that the caller gave as Idempotency-Key, or a fresh one.
   *
   * @throws Failure 400 when it is none
   */
  static String id(RoutingContext ctx) {
    String given = ctx.request().getHeader("Idempotency-Key");
    if (given == null) {
      return Ulid.next();
    }
    String id = given.strip();
    String plain =
        id.length() >= 2 && id.startsWith("\"") && id.endsWith("\"")
            ? id.substring(1, id.length() - 1)
            : id;
    if (!Identifiers.isId(plain)) {
      throw Failure.badRequest(
          "Idempotency-Key must be 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'.");
    }
    return plain;
  }

  /**
   * Posts a command of the key that asks. Fails with a {@link Failure}.
   *
   * @param order what commands are ordered by, or null
   */
  Future<Receipt> post(
      RoutingContext ctx, String command, String id, @Nullable String order, JsonObject payload) {
    ApiKey key = KeyHandler.keyOf(ctx);
    Envelope envelope =
        new Envelope(
            id,
            "ruche/" + bus.service(),
            command,
            null,
            Instant.now().toString(),
            key.tenant(),
            key.name(),
            order,
            null,
            null,
            null,
            null,
            Exchange.of(ctx).span().traceparent(),
            Topics.command(key.tenant(), key.name(), bus.service(), command),
            Payload.json(payload.toBuffer()));
    return bus.post(envelope)
        .recover(
            away ->
                Future.failedFuture(
                    Failure.unavailable(
                        "The command was perhaps not stored, since Redis is away. Repeat it with"
                            + " the same Idempotency-Key until it is answered with 202.",
                        RETRY)))
        .map(taken -> receipt(taken, id));
  }

  private static Receipt receipt(Taken taken, String id) {
    return switch (taken) {
      case Taken.Stored stored -> stored.receipt();
      case Taken.Conflict conflict ->
          throw Failure.conflict(
              "The id '" + id + "' was taken with another body; use a new Idempotency-Key.");
      case Taken.Full full ->
          throw Failure.unavailable("The queue is full. The command was not stored.", UNTIL_ROOM);
    };
  }
}
