package io.ruche.aiproxy.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of OpenAI's that Groq refuses, each with a 400. */
final class GroqRules {

  private static final List<String> UNSUPPORTED = List.of("logprobs", "logit_bias", "top_logprobs");

  /** OpenAI writes them; Groq does not. */
  private static final List<String> SUBTITLES = List.of("srt", "vtt");

  private GroqRules() {}

  /** What Groq says of a body that it does not take, or null. */
  static @Nullable String refusal(JsonObject body) {
    for (String field : UNSUPPORTED) {
      if (body.containsKey(field)) {
        return "property '" + field + "' is unsupported";
      }
    }
    if (body.containsKey("n") && !Integer.valueOf(1).equals(body.getValue("n"))) {
      return "'n' : number must be at most 1";
    }
    if (SUBTITLES.contains(body.getString("response_format_of_sound", ""))) {
      return "response_format must be one of [json, text, verbose_json]";
    }
    if (body.getValue("messages") instanceof JsonArray messages) {
      for (int i = 0; i < messages.size(); i++) {
        if (messages.getValue(i) instanceof JsonObject message && message.containsKey("name")) {
          return "'messages." + i + "' : property 'name' is unsupported";
        }
      }
    }
    return null;
  }
}
