package io.ruche.aiproxy.simulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The files and batches of the one account that every client of the simulator shares. */
final class ObjectReplies {

  /** Behind the simulator's origin. */
  static final String FILES = "/openai/v1/files";

  private static final String BATCHES = "/openai/v1/batches";
  private static final long CREATED = 1_760_000_000L;

  private record Stored(JsonObject object, Buffer content) {}

  private final Map<String, Stored> files = new ConcurrentHashMap<>();
  private final Map<String, JsonObject> batches = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();

  /** The ids of all files. */
  List<String> files() {
    return List.copyOf(files.keySet());
  }

  /** How far a batch is; null for one that is not there. */
  @Nullable String status(String batch) {
    JsonObject object = batches.get(batch);
    return object == null ? null : object.getString("status");
  }

  /** Ends a batch, with an output file of its own. */
  void complete(String batch, String content) {
    Stored output = store("output.jsonl", "batch_output", Buffer.buffer(content));
    batches.computeIfPresent(
        batch,
        (id, object) ->
            object
                .copy()
                .put("status", "completed")
                .put("output_file_id", output.object().getString("id")));
  }

  private Stored store(String name, String purpose, Buffer content) {
    String id = "file_01jh" + next.incrementAndGet();
    Stored stored =
        new Stored(
            new JsonObject()
                .put("id", id)
                .put("object", "file")
                .put("bytes", content.length())
                .put("created_at", CREATED)
                .put("filename", name)
                .put("status", "processed")
                .put("purpose", purpose),
            content);
    files.put(id, stored);
    return stored;
  }

  /** Whether the path is one of these, so that it has been answered. */
  boolean write(HttpServerRequest request, Answer answer, JsonObject asked, Buffer body) {
    String path = request.path();
    if (path.startsWith(FILES)) {
      file(request, path.substring(FILES.length()), answer, asked, body);
      return true;
    }
    if (path.startsWith(BATCHES)) {
      batch(request, path.substring(BATCHES.length()), answer, asked);
      return true;
    }
    return false;
  }

  private void file(
      HttpServerRequest request, String rest, Answer answer, JsonObject asked, Buffer body) {
    if (rest.isEmpty() && request.method().equals(HttpMethod.POST)) {
      String name = asked.getString("file", "upload");
      String purpose = asked.getString("purpose", "");
      answer.whole(store(name, purpose, content(request, body)).object().toBuffer());
      return;
    }
    boolean content = rest.endsWith("/content");
    String id = rest.replaceAll("^/|/content$", "");
    Stored stored = files.get(id);
    if (stored == null) {
      missing(request, "file");
    } else if (content) {
      answer.plain("text/html", stored.content());
    } else if (request.method().equals(HttpMethod.DELETE)) {
      files.remove(id);
      answer.whole(
          new JsonObject().put("id", id).put("object", "file").put("deleted", true).toBuffer());
    } else {
      answer.whole(stored.object().toBuffer());
    }
  }

  /** The last part of the form. */
  private static Buffer content(HttpServerRequest request, Buffer body) {
    String type = request.getHeader("content-type");
    String boundary = "\r\n--" + type.substring(type.indexOf("boundary=") + 9).replace("\"", "");
    String form = body.toString(StandardCharsets.ISO_8859_1);
    int headers = form.indexOf("filename=");
    int start = form.indexOf("\r\n\r\n", headers) + 4;
    int end = form.indexOf(boundary, start);
    return end < 0 ? Buffer.buffer() : body.slice(start, end);
  }

  private void batch(HttpServerRequest request, String rest, Answer answer, JsonObject asked) {
    if (rest.isEmpty()) {
      String id = "batch_01jh" + next.incrementAndGet();
      JsonObject batch =
          new JsonObject()
              .put("id", id)
              .put("object", "batch")
              .put("endpoint", asked.getString("endpoint"))
              .put("input_file_id", asked.getString("input_file_id"))
              .put("completion_window", asked.getString("completion_window"))
              .put("status", "validating")
              .putNull("output_file_id")
              .putNull("error_file_id")
              .put("created_at", CREATED)
              .put(
                  "request_counts",
                  new JsonObject().put("total", 0).put("completed", 0).put("failed", 0))
              .put("errors", new JsonObject().put("object", "list").put("data", new JsonArray()));
      batches.put(id, batch);
      answer.whole(batch.toBuffer());
      return;
    }
    String id = rest.replaceAll("^/|/cancel$", "");
    JsonObject batch =
        rest.endsWith("/cancel")
            ? batches.computeIfPresent(id, (key, old) -> old.copy().put("status", "cancelling"))
            : batches.get(id);
    if (batch == null) {
      missing(request, "batch");
    } else {
      answer.whole(batch.toBuffer());
    }
  }

  private static void missing(HttpServerRequest request, String kind) {
    request
        .response()
        .setStatusCode(404)
        .putHeader("content-type", "application/json")
        .end(GroqReplies.error(404, "not_found", kind + " not found at the provider"));
  }
}
