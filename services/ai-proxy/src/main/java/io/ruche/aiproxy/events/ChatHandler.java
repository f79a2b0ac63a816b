package io.ruche.aiproxy.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ruche.aiproxy.gateway.Admitted;
import io.ruche.aiproxy.gateway.Ask;
import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.guard.Guard;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.operation.JsonRequest;
import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.aiproxy.routing.RetryAfter;
import io.ruche.aiproxy.upstream.Completions;
import io.ruche.aiproxy.upstream.UpstreamFault;
import io.ruche.aiproxy.upstream.UpstreamReply;
import io.ruche.auth.ApiKey;
import io.ruche.bus.Command;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Payload;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code chat}. Its result is the provider's completion, byte for byte. What may pass
 * (a limit, an outage, a missing key) is tried again; what the provider refuses for good is dead.
 */
public final class ChatHandler implements CommandHandler {

  private static final JsonFactory JSON = new JsonFactory();

  /** A missing key is mended by a person, who is given time before the attempts are used up. */
  private static final Duration UNTIL_CONFIGURED = Duration.ofMinutes(1);

  /** A daily quota may ask for hours; work that waits is looked at again before. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

  /** The completions end in time by themselves; this only catches that they do not. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  /** Limits, and another one's answer where the route keeps answers. */
  private static final long ADMISSION_BOUND_S = 25;

  private static final long SPREAD_MS = 5_000;

  private final Askers askers;
  private final Gateway gateway;
  private final Completions completions;
  private final Supplier<String> defaultModel;
  private final long maxMillis;

  /**
   * A handler that asks the providers.
   *
   * @param askers tells whose limits a command is held to
   * @param defaultModel gives the model of a shorthand that names none
   * @param longest how long a completion may take, as {@code completions} holds it
   */
  public ChatHandler(
      Askers askers,
      Gateway gateway,
      Completions completions,
      Supplier<String> defaultModel,
      Duration longest) {
    this.askers = askers;
    this.gateway = gateway;
    this.completions = completions;
    this.defaultModel = defaultModel;
    this.maxMillis = longest.plus(SLACK).toMillis();
  }

  /**
   * The command and its events. Queued work waits out an outage: twenty attempts are more than an
   * hour.
   *
   * @param longest how long one attempt may take
   */
  public static CommandSpec command(Duration longest) {
    return CommandSpec.named("chat")
        .completed("chat-completed")
        .failed("chat-failed")
        .attempts(20, Duration.ofSeconds(1), Duration.ofMinutes(5))
        .timeout(longest);
  }

  @Override
  public Outcome handle(Command command) throws TimeoutException {
    JsonRequest request;
    try {
      Buffer body = ChatBody.of(command.payload().data(), defaultModel.get());
      request = JsonRequest.read(Operation.CHAT, body);
    } catch (Failure refusal) {
      return new Outcome.Dead(refusal.detail());
    }
    return ask(command, request);
  }

  /** As {@link Asking#ask}: a command of any operation. */
  public Outcome ask(Command command, ModelRequest request) throws TimeoutException {
    ApiKey key = askers.of(command.tenant(), command.client());
    Admitted admitted;
    try {
      admitted =
          gateway
              .admit(new Ask(key, Source.EVENT, command.id(), request))
              .await(ADMISSION_BOUND_S, TimeUnit.SECONDS);
    } catch (Failure refusal) {
      return refused(refusal);
    }
    UpstreamReply reply =
        completions
            .complete(admitted::send, command.envelope().traceparent())
            .await(maxMillis, TimeUnit.MILLISECONDS);
    return switch (reply) {
      case UpstreamReply.Answered answered -> outcome(answered);
      case UpstreamReply.Unanswered unanswered -> outcome(unanswered.failure());
      case UpstreamReply.TooLong tooLong ->
          new Outcome.Dead(
              "The answer is longer than "
                  + tooLong.limitBytes()
                  + " bytes (max-reply in ai-proxy.yaml).");
    };
  }

  /** A command over a limit waits for its turn and loses no attempt; others wait for a person. */
  private static Outcome refused(Failure refusal) {
    if (refusal.status() == 400 || refusal.code().equals(Guard.MODEL_NOT_ALLOWED)) {
      return new Outcome.Dead(refusal.detail());
    }
    Duration wait = RetryAfter.parse(refusal.headers().get("Retry-After"), LONGEST_WAIT);
    if (refusal.status() == 429) {
      if (wait == null) {
        return new Outcome.Dead(refusal.detail());
      }
      // Spread, so that many that wait do not come back at once for the same one token.
      Duration spread = Duration.ofMillis(ThreadLocalRandom.current().nextLong(SPREAD_MS));
      return new Outcome.Later(refusal.detail(), wait.plus(spread));
    }
    return new Outcome.Retry(refusal.detail(), wait == null ? UNTIL_CONFIGURED : wait);
  }

  private static Outcome outcome(Failure failure) {
    boolean limited = failure.code().equals(UpstreamFault.LIMITED.code());
    boolean unconfigured = failure.code().equals(UpstreamFault.NOT_CONFIGURED.code());
    Duration wait = RetryAfter.parse(failure.headers().get("Retry-After"), LONGEST_WAIT);
    if (limited && wait != null) {
      return new Outcome.Later(failure.detail(), wait);
    }
    return new Outcome.Retry(failure.detail(), unconfigured ? UNTIL_CONFIGURED : wait);
  }

  private static Outcome outcome(UpstreamReply.Answered answered) {
    int status = answered.status();
    if (status >= 200 && status < 300) {
      return isJsonObject(answered.body())
          ? new Outcome.Done(Payload.json(answered.body()), List.of())
          : new Outcome.Retry("The provider answered " + status + " without a JSON object.", null);
    }
    String reason = "The provider answered " + status + ": " + message(answered.body());
    if (status == 401 || status == 403) {
      // It is Ruche's own key that the provider refuses, which a person can mend.
      return new Outcome.Retry(reason, UNTIL_CONFIGURED);
    }
    return mayPass(status)
        ? new Outcome.Retry(reason, retryAfter(answered))
        : new Outcome.Dead(reason);
  }

  /** Timeouts, conflicts, limits, Groq's 498 (capacity) and faults of the provider. */
  private static boolean mayPass(int status) {
    return switch (status) {
      case 408, 409, 425, 429, 498 -> true;
      default -> status >= 500;
    };
  }

  private static @Nullable Duration retryAfter(UpstreamReply.Answered answered) {
    return RetryAfter.parse(answered.headers().get(HttpHeaders.RETRY_AFTER), LONGEST_WAIT);
  }

  private static boolean isJsonObject(Buffer body) {
    try (JsonParser parser = JSON.createParser(body.getBytes())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** The provider's own words, when they are where OpenAI puts them. */
  private static String message(Buffer body) {
    try {
      if (new JsonObject(body).getValue("error") instanceof JsonObject error
          && error.getValue("message") instanceof String message) {
        return message.length() > 500 ? message.substring(0, 500) + "..." : message;
      }
    } catch (DecodeException e) {
      // Told below.
    }
    return body.length() + " bytes that are not an OpenAI error object";
  }
}
