package io.ruche.aiproxy.simulator;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The bodies and headers that Groq sends, as far as its clients depend on them. */
final class GroqReplies {

  private static final long CREATED = 1_760_000_000L;

  /** A word with characters of one, two, three and four bytes. */
  private static final String TOKEN = " ruche \u00e9\u20ac\ud83d\udc1d";

  private GroqReplies() {}

  /** Requests are counted by the day and tokens by the minute, as Groq does. */
  static void limits(MultiMap headers) {
    headers
        .set("x-request-id", "req_simulated")
        .set("x-groq-region", "sim")
        .set("x-ratelimit-limit-requests", "14400")
        .set("x-ratelimit-limit-tokens", "18000")
        .set("x-ratelimit-remaining-requests", "14370")
        .set("x-ratelimit-remaining-tokens", "17997")
        .set("x-ratelimit-reset-requests", "2m59.56s")
        .set("x-ratelimit-reset-tokens", "7.66s")
        .set("set-cookie", "__cf_bm=secret-of-the-connection; path=/")
        .set("server", "cloudflare")
        .set("alt-svc", "h3=\":443\"; ma=86400");
  }

  static Buffer completion(String model, Turn turn, int padBytes) {
    JsonObject choice =
        new JsonObject()
            .put("index", 0)
            .put("message", turn.message(pad(padBytes)))
            .putNull("logprobs")
            .put("finish_reason", turn.finishReason());
    return object("chat.completion", model)
        .put("choices", new JsonArray().add(choice))
        .put("usage", usage())
        .putNull("usage_breakdown")
        .put("system_fingerprint", "fp_simulated")
        .put("x_groq", new JsonObject().put("id", "req_simulated"))
        .put("service_tier", "on_demand")
        .toBuffer();
  }

  /** The first piece of a stream. */
  static Buffer opening(String model) {
    JsonObject delta = new JsonObject().put("role", "assistant").put("content", "");
    JsonObject event = object("chat.completion.chunk", model);
    return event(event.put("x_groq", new JsonObject().put("id", "req_simulated")), delta, null);
  }

  /** A piece with a token, padded. */
  static Buffer token(String model, int padBytes) {
    return piece(model, new JsonObject().put("content", TOKEN + pad(padBytes)));
  }

  /** A piece with what is given. */
  static Buffer piece(String model, JsonObject delta) {
    return event(object("chat.completion.chunk", model), delta, null);
  }

  /** The last piece but {@link #done}: why it ends, and the usage. */
  static Buffer ending(String model, String finishReason) {
    JsonObject groq = new JsonObject().put("id", "req_simulated").put("usage", usage());
    JsonObject event = object("chat.completion.chunk", model).put("x_groq", groq);
    return event(event, new JsonObject(), finishReason);
  }

  private static Buffer event(JsonObject event, JsonObject delta, @Nullable String finishReason) {
    JsonObject choice =
        new JsonObject()
            .put("index", 0)
            .put("delta", delta)
            .putNull("logprobs")
            .put("finish_reason", finishReason);
    event.put("choices", new JsonArray().add(choice));
    return Buffer.buffer("data: ").appendBuffer(event.toBuffer()).appendString("\n\n");
  }

  static Buffer done() {
    return Buffer.buffer("data: [DONE]\n\n");
  }

  private static String pad(int bytes) {
    return "x".repeat(bytes);
  }

  private static JsonObject object(String kind, String model) {
    return new JsonObject()
        .put("id", "chatcmpl-simulated")
        .put("object", kind)
        .put("created", CREATED)
        .put("model", model);
  }

  private static JsonObject usage() {
    return new JsonObject()
        .put("queue_time", 0.018)
        .put("prompt_tokens", 12)
        .put("prompt_time", 0.0006)
        .put("completion_tokens", 7)
        .put("completion_time", 0.014)
        .put("total_tokens", 19)
        .put("total_time", 0.0146);
  }

  static JsonObject model(String id) {
    return new JsonObject()
        .put("id", id)
        .put("object", "model")
        .put("created", CREATED)
        .put("owned_by", "Simulator")
        .put("active", true)
        .put("context_window", 131_072);
  }

  static Buffer models() {
    JsonArray data =
        new JsonArray().add(model("llama-3.3-70b-versatile")).add(model("openai/gpt-oss-20b"));
    return new JsonObject().put("object", "list").put("data", data).toBuffer();
  }

  /** Groq's error object; {@code failed_generation} goes with the codes that Groq sends it with. */
  static Buffer error(int status, String code, String message) {
    JsonObject error = new JsonObject().put("message", message).put("type", type(status));
    if (!code.isEmpty()) {
      error.put("code", code);
    }
    if (code.equals("tool_use_failed") || code.equals("json_validate_failed")) {
      error.put("failed_generation", "<function=broken>{");
    }
    return new JsonObject().put("error", error).toBuffer();
  }

  private static String type(int status) {
    return switch (status) {
      case 429 -> "tokens";
      case 498, 503 -> "service_unavailable";
      default -> status >= 500 ? "internal_server_error" : "invalid_request_error";
    };
  }

  static String usualCode(int status) {
    return switch (status) {
      case 401 -> "invalid_api_key";
      case 404 -> "model_not_found";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_exceeded";
      case 498 -> "capacity_exceeded";
      default -> "";
    };
  }

  static String usualMessage(int status) {
    return switch (status) {
      case 401 -> "Invalid API Key";
      case 404 -> "The model does not exist or you do not have access to it.";
      case 413 -> "Request Entity Too Large";
      case 429 -> "Rate limit reached for model in organization on tokens per minute (TPM).";
      case 498 -> "Flex tier capacity exceeded, please try again later.";
      case 503 -> "Service Unavailable";
      default -> status >= 500 ? "Internal Server Error" : "The request is not valid.";
    };
  }
}
