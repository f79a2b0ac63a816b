package io.ruche.embedservice.testing;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** The API as one key sees it. */
public final class ApiClient {

  private static final Duration BOUND = Duration.ofMinutes(2);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;
  private final String key;

  /**
   * @param base address without a path
   */
  public ApiClient(String base, String key) {
    this.base = base;
    this.key = key;
  }

  /** A request with the key. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .timeout(BOUND)
        .header("Authorization", "Bearer " + key);
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  /** Sends JSON as it is written, right or wrong. */
  public HttpResponse<String> post(String path, String json)
      throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  /** Puts a file; the path may say how long to wait. */
  public HttpResponse<String> put(String path, String contentType, byte[] file)
      throws IOException, InterruptedException {
    HttpRequest.Builder put = request(path).PUT(BodyPublishers.ofByteArray(file));
    return send(contentType.isEmpty() ? put : put.header("Content-Type", contentType));
  }

  /** The job of a document that must be accepted, once it has ended or after a minute. */
  public JsonObject index(String collection, String document, String contentType, byte[] file)
      throws IOException, InterruptedException {
    String path = "/v1/collections/" + collection + "/documents/" + document + "?wait=60";
    HttpResponse<String> answer = put(path, contentType, file);
    if (answer.statusCode() / 100 != 2) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return new JsonObject(answer.body());
  }

  /** A job as it is now. */
  public JsonObject job(String id) throws IOException, InterruptedException {
    return new JsonObject(get("/v1/jobs/" + id).body());
  }

  /** Hits of a search that must be answered. */
  public List<JsonObject> search(String collection, JsonObject query)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = post("/v1/collections/" + collection + "/search", query.encode());
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return new JsonObject(answer.body())
        .getJsonArray("hits").stream().map(JsonObject.class::cast).toList();
  }
}
