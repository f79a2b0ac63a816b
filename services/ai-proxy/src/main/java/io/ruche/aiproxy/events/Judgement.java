package io.ruche.aiproxy.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ruche.aiproxy.routing.retry.RetryAfter;
import io.ruche.aiproxy.upstream.UpstreamFault;
import io.ruche.aiproxy.upstream.UpstreamReply;
import io.ruche.bus.envelope.Payload;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a provider's answer, or its lack, means for the command that asked. */
sealed interface Judgement {

  /** It is done. */
  record Done(Payload result) implements Judgement {}

  /** Nobody was asked, so nothing is known to be wrong: not now. */
  record NotAsked(String reason, Duration after) implements Judgement {}

  /**
   * The provider cannot do it now, whatever it is asked: a limit, an outage, a key that it refuses.
   *
   * @param after what it says itself
   * @param suspect whether the command itself may have brought it about
   */
  record Unwell(String reason, @Nullable Duration after, boolean suspect) implements Judgement {}

  /**
   * It failed for this command, and may not the next time.
   *
   * @param most attempts that are worth it
   */
  record Again(String reason, @Nullable Duration after, int most) implements Judgement {}

  /** The provider refuses it for good. */
  record Never(String reason) implements Judgement {}

  /** What waits for a person is looked at again this often. */
  Duration UNTIL_MENDED = Duration.ofMinutes(1);

  /** Groq's words for a model that did not keep to a form, which it may do the next time. */
  Set<String> UNLUCKY = Set.of("tool_use_failed", "json_validate_failed");

  /** Each of those attempts is billed. */
  int MOST_UNLUCKY = 3;

  /** How long a full connection pool or a short race for the quota is left alone. */
  Duration SHORT = Duration.ofSeconds(1);

  /** Judges what came of asking. */
  static Judgement of(UpstreamReply reply) {
    return switch (reply) {
      case UpstreamReply.Answered answered -> of(answered);
      case UpstreamReply.Unanswered unanswered -> of(unanswered.failure());
      case UpstreamReply.TooLong tooLong ->
          new Never(
              "The answer is longer than "
                  + tooLong.limitBytes()
                  + " bytes (max-reply in ai-proxy.yaml).");
    };
  }

  private static Judgement of(Failure failure) {
    UpstreamFault fault = UpstreamFault.of(failure);
    String reason = failure.detail();
    Duration told = RetryAfter.parse(failure.headers().get("Retry-After"));
    return switch (fault) {
      case null -> new Again(reason, told, Integer.MAX_VALUE);
      case LIMITED, DOWN, BUSY -> new NotAsked(reason, told == null ? SHORT : told);
      case NOT_CONFIGURED -> new NotAsked(reason, UNTIL_MENDED);
      case UNREACHABLE -> new Unwell(reason, told, false);
      case TIMEOUT, CUT, INVALID_REPLY -> new Unwell(reason, told, true);
    };
  }

  private static Judgement of(UpstreamReply.Answered answered) {
    int status = answered.status();
    if (status >= 200 && status < 300) {
      return isJsonObject(answered.body())
          ? new Done(Payload.json(answered.body()))
          : new Again(
              "The provider answered " + status + " without a JSON object.",
              null,
              Integer.MAX_VALUE);
    }
    JsonObject error = error(answered.body());
    String reason = "The provider answered " + status + ": " + message(error, answered.body());
    Duration told = RetryAfter.of(name -> answered.headers().get(name));
    return switch (status) {
      // It is Ruche's own key that the provider refuses, which a person can mend.
      case 401 -> new Unwell(reason, UNTIL_MENDED, false);
      // That may be the key's, the model's, or what stands in the body.
      case 403 -> new Again(reason, UNTIL_MENDED, Integer.MAX_VALUE);
      case 429, 498 -> new Unwell(reason, told, false);
      case 408 -> new Unwell(reason, told, true);
      case 409, 425 -> new Again(reason, told, Integer.MAX_VALUE);
      default ->
          status >= 500
              ? new Unwell(reason, told, true)
              : UNLUCKY.contains(String.valueOf(error.getValue("code")))
                  ? new Again(reason, told, MOST_UNLUCKY)
                  : new Never(reason);
    };
  }

  private static boolean isJsonObject(Buffer body) {
    try (JsonParser parser = new JsonFactory().createParser(body.getBytes())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** The object that OpenAI and Groq put their errors into; empty when there is none. */
  private static JsonObject error(Buffer body) {
    try {
      return new JsonObject(body).getValue("error") instanceof JsonObject error
          ? error
          : new JsonObject();
    } catch (DecodeException | ClassCastException e) {
      return new JsonObject();
    }
  }

  private static String message(JsonObject error, Buffer body) {
    return error.getValue("message") instanceof String message
        ? message.length() > 500 ? message.substring(0, 500) + "..." : message
        : body.length() + " bytes that are not an OpenAI error object";
  }
}
