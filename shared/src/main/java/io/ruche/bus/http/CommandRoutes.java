package io.ruche.bus.http;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyRing;
import io.ruche.auth.Scope;
import io.ruche.auth.web.KeyHandler;
import io.ruche.bus.Bus;
import io.ruche.bus.BusConfig;
import io.ruche.bus.Job;
import io.ruche.bus.Receipt;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.EnvelopeReader;
import io.ruche.bus.envelope.EnvelopeReader.Incoming;
import io.ruche.bus.envelope.Identifiers;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.envelope.Refusal;
import io.ruche.bus.envelope.Refusal.Reason;
import io.ruche.bus.envelope.Topics;
import io.ruche.http.Exchange;
import io.ruche.http.Failure;
import io.ruche.http.Routes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/commands/{command}} and {@code GET /v1/commands/{id}}: the bus for those who
 * speak HTTP. A 202 is a receipt, given after the same append that an MQTT receipt is given after.
 */
public final class CommandRoutes {

  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final int LONGEST_WAIT_S = 60;
  private static final int MOST_WAITERS = 1_000;
  private static final long FIRST_LOOK_MS = 20;
  private static final long LONGEST_LOOK_MS = 250;

  private final Bus bus;
  private final BusConfig config;
  private final KeyHandler key;
  private final AtomicInteger waiters = new AtomicInteger();

  /**
   * @param scope what a key must allow
   */
  public CommandRoutes(Bus bus, BusConfig config, KeyRing keys, Scope scope) {
    this.bus = bus;
    this.config = config;
    this.key = new KeyHandler(keys, scope);
  }

  /** Adds both routes. The key's limit is taken from when a command runs, as for MQTT. */
  public void addTo(Routes routes) {
    routes
        .on(
            HttpMethod.POST,
            "/v1/commands/{command}",
            key,
            CommandRoutes::requireRawBody,
            routes.body(config.maxBody()),
            this::post)
        .on(HttpMethod.GET, "/v1/commands/{command}", key, this::get);
  }

  /** A form would be taken apart before it could be stored as it came. */
  private static void requireRawBody(RoutingContext ctx) {
    String type = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
    String word = type == null ? "" : type.strip().toLowerCase(Locale.ROOT);
    if (word.startsWith("application/x-www-form-urlencoded") || word.startsWith("multipart/")) {
      ctx.fail(
          Failure.unsupportedMediaType(
              "A command is not a form: send its bytes with their own Content-Type, for JSON"
                  + " 'Content-Type: application/json'."));
    } else {
      ctx.next();
    }
  }

  private void post(RoutingContext ctx) {
    Envelope envelope;
    int wait;
    try {
      wait = wait(ctx);
      envelope = read(ctx);
    } catch (Refusal refusal) {
      ctx.fail(failure(refusal));
      return;
    }
    bus.post(envelope)
        .onSuccess(taken -> answer(ctx, envelope, taken, wait))
        .onFailure(
            away ->
                ctx.fail(
                    Failure.unavailable(
                        "The command was perhaps not stored, since Redis is away. Repeat it with the"
                            + " same Idempotency-Key until it is answered with 202.",
                        RETRY)));
  }

  private Envelope read(RoutingContext ctx) throws Refusal {
    ApiKey key = KeyHandler.keyOf(ctx);
    String command = ctx.pathParam("command");
    if (!bus.commands().contains(command)) {
      throw new Refusal(
          Reason.UNKNOWN_COMMAND,
          bus.service() + " has no command '" + command + "'; it has " + bus.commands());
    }
    Map<String, String> attributes = attributes(ctx);
    String span = Exchange.of(ctx).span().traceparent();
    if (span != null && !span.isEmpty()) {
      attributes.putIfAbsent("traceparent", span);
    }
    return EnvelopeReader.read(
        new Incoming(
            key.tenant(),
            key.name(),
            command,
            Topics.command(key.tenant(), key.name(), bus.service(), command),
            attributes,
            ctx.request().getHeader(HttpHeaders.CONTENT_TYPE),
            null,
            null,
            null,
            ctx.body().buffer() == null ? Buffer.buffer() : ctx.body().buffer()));
  }

  /** {@code ce-} headers without the prefix; Idempotency-Key is the id. */
  private static Map<String, String> attributes(RoutingContext ctx) {
    Map<String, String> attributes = new HashMap<>();
    for (Map.Entry<String, String> header : ctx.request().headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.startsWith("ce-")) {
        attributes.put(name.substring(3), header.getValue());
      }
    }
    String id = ctx.request().getHeader("Idempotency-Key");
    if (id != null) {
      attributes.put("id", unquoted(id.strip()));
    }
    return attributes;
  }

  /** The IETF's draft writes the key as a quoted string. */
  private static String unquoted(String text) {
    return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1)
        : text;
  }

  /** Seconds from {@code Prefer: wait=N}, 0 without it. */
  private static int wait(RoutingContext ctx) throws Refusal {
    String prefer = ctx.request().getHeader("Prefer");
    if (prefer == null) {
      return 0;
    }
    for (String preference : prefer.split(",", -1)) {
      String text = preference.strip();
      if (text.startsWith("wait=")) {
        try {
          return Math.clamp(Integer.parseInt(text.substring(5)), 0, LONGEST_WAIT_S);
        } catch (NumberFormatException e) {
          throw new Refusal(
              Reason.BAD_ENVELOPE,
              "Prefer: '" + text + "' is not understood; write e.g. 'Prefer: wait=30'");
        }
      }
    }
    return 0;
  }

  private void answer(RoutingContext ctx, Envelope envelope, Taken taken, int wait) {
    switch (taken) {
      case Taken.Stored stored -> {
        if (wait > 0 && waiters.incrementAndGet() <= MOST_WAITERS) {
          long until = System.nanoTime() + Duration.ofSeconds(wait).toNanos();
          awaitEnd(ctx, envelope, until, FIRST_LOOK_MS)
              .onComplete(
                  ended -> {
                    waiters.decrementAndGet();
                    if (ended.succeeded() && ended.result() != null) {
                      ctx.response().putHeader("Preference-Applied", "wait=" + wait);
                      send(ctx, 200, state(ended.result()));
                    } else {
                      accepted(ctx, stored.receipt());
                    }
                  });
        } else {
          if (wait > 0) {
            waiters.decrementAndGet();
          }
          accepted(ctx, stored.receipt());
        }
      }
      case Taken.Conflict conflict ->
          ctx.fail(
              failure(
                  new Refusal(
                      Reason.ID_WITH_OTHER_BODY,
                      "The id '"
                          + envelope.id()
                          + "' was taken with another body as "
                          + conflict.first().entry()
                          + "; a new command needs a new Idempotency-Key.")));
      case Taken.Full full ->
          ctx.fail(
              Failure.unavailable(
                  "The queue is full: "
                      + config.streamEntries()
                      + " entries wait or are kept. The command was not stored.",
                  Duration.ofSeconds(10)));
    }
  }

  /** Looks at the job at growing intervals; null when the time is over or the client has left. */
  private Future<@Nullable Job> awaitEnd(
      RoutingContext ctx, Envelope envelope, long until, long pause) {
    return ctx.vertx()
        .timer(pause)
        .compose(
            ignored ->
                bus.find(envelope.tenant(), envelope.client(), envelope.type(), envelope.id()))
        .compose(
            job -> {
              if (job != null && job.state().isFinal()) {
                return Future.succeededFuture(job);
              }
              boolean over = System.nanoTime() >= until || ctx.response().closed();
              return over
                  ? Future.succeededFuture(null)
                  : awaitEnd(ctx, envelope, until, Math.min(pause * 2, LONGEST_LOOK_MS));
            });
  }

  private static void accepted(RoutingContext ctx, Receipt receipt) {
    ctx.response().putHeader(HttpHeaders.LOCATION, "/v1/commands/" + receipt.id());
    send(ctx, 202, Buffer.buffer(receipt.toJson()));
  }

  private void get(RoutingContext ctx) {
    ApiKey key = KeyHandler.keyOf(ctx);
    String id = ctx.pathParam("command");
    if (!Identifiers.isId(id)) {
      ctx.fail(
          Failure.badRequest("'" + id + "' is no id: it must be 1 to 64 of A-Z, a-z, 0-9, '._-'."));
      return;
    }
    String asked = ctx.request().getParam("kind");
    List<String> commands = asked == null ? List.copyOf(bus.commands()) : List.of(asked);
    find(key, id, commands, 0)
        .onSuccess(
            job -> {
              if (job == null) {
                ctx.fail(
                    Failure.notFound(
                        "No command '"
                            + id
                            + "' of this key is known; ids are remembered for "
                            + config.remembrance().toHours()
                            + " hours."));
              } else {
                send(ctx, 200, state(job));
              }
            })
        .onFailure(away -> ctx.fail(Failure.unavailable("Redis is away.", RETRY)));
  }

  /** An id is unique for each kind of command; the first kind that knows it answers. */
  private Future<@Nullable Job> find(ApiKey key, String id, List<String> commands, int at) {
    if (at == commands.size()) {
      return Future.succeededFuture(null);
    }
    return bus.find(key.tenant(), key.name(), commands.get(at), id)
        .compose(
            job -> job == null ? find(key, id, commands, at + 1) : Future.succeededFuture(job));
  }

  /** The job as JSON; a JSON result stands in it as it is, another one as base 64. */
  private static Buffer state(Job job) {
    JsonObject head =
        new JsonObject()
            .put("id", job.receipt().id())
            .put("command", job.command())
            .put("state", job.state().word())
            .put("stream", job.receipt().stream())
            .put("entry", job.receipt().entry())
            .put("attempts", job.attempts());
    if (!job.reason().isEmpty()) {
      head.put("reason", job.reason());
    }
    Payload result = job.result();
    if (result == null) {
      return head.toBuffer();
    }
    if (!result.isJson() || result.data().length() == 0) {
      return head.put("result_type", result.contentType())
          .put("result_base64", Base64.getEncoder().encodeToString(result.data().getBytes()))
          .toBuffer();
    }
    Buffer text = head.toBuffer();
    return Buffer.buffer(text.length() + result.data().length() + 16)
        .appendBuffer(text, 0, text.length() - 1)
        .appendString(",\"result\":")
        .appendBuffer(result.data())
        .appendString("}");
  }

  private static void send(RoutingContext ctx, int status, Buffer json) {
    if (!ctx.response().closed()) {
      ctx.response()
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, Payload.JSON)
          .end(json);
    }
  }

  private static Failure failure(Refusal refusal) {
    return Failure.of(
        refusal.reason().status(),
        refusal.reason().code(),
        "The command is refused",
        refusal.detail());
  }
}
