package io.ruche.aiproxy.simulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** What a provider answers to anything but chat: embeddings, responses, sound to text and back. */
final class MediaReplies {

  private static final float[] VECTOR = {0.25f, -0.5f, 1f};
  private static final long CREATED = 1_760_000_000L;

  private MediaReplies() {}

  /** Whether the path is one of these, so that it has been answered. */
  static boolean write(String path, Answer answer, JsonObject asked, Behaviour behaviour) {
    switch (path.substring(Math.min(path.length(), "/openai/v1".length()))) {
      case "/embeddings" -> answer.whole(embeddings(asked).toBuffer());
      case "/responses" -> {
        if (Boolean.TRUE.equals(asked.getValue("stream"))) {
          answer.pieces("text/event-stream", events(asked, behaviour.tokens()));
        } else {
          answer.whole(response(asked, "completed", text(asked)).toBuffer());
        }
      }
      case "/audio/transcriptions" -> transcription(answer, asked, "transcribe");
      case "/audio/translations" -> transcription(answer, asked, "translate");
      case "/audio/speech" -> answer.pieces(soundType(asked), sound(behaviour));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static JsonObject embeddings(JsonObject asked) {
    int inputs = asked.getValue("input") instanceof JsonArray many ? many.size() : 1;
    boolean base64 = "base64".equals(asked.getValue("encoding_format"));
    JsonArray data = new JsonArray();
    for (int i = 0; i < inputs; i++) {
      data.add(
          new JsonObject()
              .put("object", "embedding")
              .put("index", i)
              .put("embedding", base64 ? base64() : floats(asked)));
    }
    return new JsonObject()
        .put("object", "list")
        .put("data", data)
        .put("model", asked.getValue("model"))
        .put("usage", new JsonObject().put("prompt_tokens", 8).put("total_tokens", 8));
  }

  /** By its words where the model is one that tells meanings apart. */
  private static JsonArray floats(JsonObject asked) {
    if (BagOfWords.MODEL.equals(asked.getValue("model"))) {
      return BagOfWords.vector(String.valueOf(asked.getValue("input")));
    }
    JsonArray floats = new JsonArray();
    for (float value : VECTOR) {
      floats.add(value);
    }
    return floats;
  }

  private static String base64() {
    ByteBuffer bytes = ByteBuffer.allocate(VECTOR.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : VECTOR) {
      bytes.putFloat(value);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static String text(JsonObject asked) {
    return "Echo: " + (asked.getValue("input") instanceof String input ? input : "");
  }

  private static JsonObject part(String text) {
    return new JsonObject()
        .put("type", "output_text")
        .put("text", text)
        .put("annotations", new JsonArray())
        .put("logprobs", new JsonArray());
  }

  private static JsonObject message(String status, JsonArray content) {
    return new JsonObject()
        .put("type", "message")
        .put("id", "msg_simulated")
        .put("status", status)
        .put("role", "assistant")
        .put("content", content);
  }

  private static JsonObject response(JsonObject asked, String status, String text) {
    boolean done = status.equals("completed");
    JsonObject response =
        new JsonObject()
            .put("id", "resp_simulated")
            .put("object", "response")
            .put("created_at", CREATED)
            .put("status", status)
            .putNull("error")
            .putNull("incomplete_details")
            .putNull("instructions")
            .put("metadata", new JsonObject())
            .put("model", asked.getValue("model"))
            .put("parallel_tool_calls", true)
            .put("temperature", 1.0)
            .put("tool_choice", "auto")
            .put("tools", new JsonArray())
            .put("top_p", 1.0)
            .put(
                "output",
                done
                    ? new JsonArray().add(message("completed", new JsonArray().add(part(text))))
                    : new JsonArray());
    return done
        ? response.put(
            "usage",
            new JsonObject()
                .put("input_tokens", 12)
                .put("input_tokens_details", new JsonObject().put("cached_tokens", 0))
                .put("output_tokens", 7)
                .put("output_tokens_details", new JsonObject().put("reasoning_tokens", 0))
                .put("total_tokens", 19))
        : response;
  }

  private static List<Buffer> events(JsonObject asked, int tokens) {
    List<Buffer> events = new ArrayList<>();
    JsonObject begun = response(asked, "in_progress", "");
    add(events, "response.created", new JsonObject().put("response", begun));
    add(events, "response.in_progress", new JsonObject().put("response", begun));
    JsonObject item = new JsonObject().put("output_index", 0);
    JsonObject place = item.copy().put("item_id", "msg_simulated").put("content_index", 0);
    add(
        events,
        "response.output_item.added",
        item.copy().put("item", message("in_progress", new JsonArray())));
    add(events, "response.content_part.added", place.copy().put("part", part("")));
    for (int i = 0; i < tokens; i++) {
      JsonObject delta = place.copy().put("delta", " ruche").put("logprobs", new JsonArray());
      add(events, "response.output_text.delta", delta);
    }
    String text = " ruche".repeat(tokens);
    add(
        events,
        "response.output_text.done",
        place.copy().put("text", text).put("logprobs", new JsonArray()));
    add(events, "response.content_part.done", place.copy().put("part", part(text)));
    add(
        events,
        "response.output_item.done",
        item.copy().put("item", message("completed", new JsonArray().add(part(text)))));
    add(
        events,
        "response.completed",
        new JsonObject().put("response", response(asked, "completed", text)));
    return events;
  }

  private static void add(List<Buffer> events, String type, JsonObject event) {
    event.put("type", type).put("sequence_number", events.size());
    events.add(Buffer.buffer("event: " + type + "\ndata: " + event.encode() + "\n\n"));
  }

  private static void transcription(Answer answer, JsonObject asked, String task) {
    String text = " The bees are well.";
    JsonObject groq = new JsonObject().put("id", "req_simulated");
    switch (asked.getString("response_format_of_sound", "json")) {
      case "text" -> answer.plain("text/plain; charset=utf-8", Buffer.buffer(text + "\n"));
      case "verbose_json" ->
          answer.whole(
              new JsonObject()
                  .put("task", task)
                  .put("language", "English")
                  .put("duration", 3.27)
                  .put("text", text)
                  .put(
                      "segments",
                      new JsonArray()
                          .add(
                              new JsonObject()
                                  .put("id", 0)
                                  .put("seek", 0)
                                  .put("start", 0)
                                  .put("end", 3.27)
                                  .put("duration", 99)
                                  .put("text", text)
                                  .put("tokens", new JsonArray())
                                  .put("temperature", 0)
                                  .put("avg_logprob", -0.2)
                                  .put("compression_ratio", 0.8)
                                  .put("no_speech_prob", 0.01)))
                  .put("x_groq", groq)
                  .toBuffer());
      default -> answer.whole(new JsonObject().put("text", text).put("x_groq", groq).toBuffer());
    }
  }

  private static String soundType(JsonObject asked) {
    return "mp3".equals(asked.getValue("response_format")) ? "audio/mpeg" : "audio/wav";
  }

  /** As many pieces as the behaviour has tokens, each with bytes that are no text. */
  private static List<Buffer> sound(Behaviour behaviour) {
    List<Buffer> pieces = new ArrayList<>();
    for (int i = 0; i < behaviour.tokens(); i++) {
      byte[] piece = new byte[64 + behaviour.padBytes()];
      for (int j = 0; j < piece.length; j++) {
        piece[j] = (byte) (i * 31 + j * 7);
      }
      pieces.add(Buffer.buffer(piece));
    }
    return pieces;
  }
}
