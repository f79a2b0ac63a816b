package io.ruche.embedservice.answer;

import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks a model behind an OpenAI-compatible API. */
public final class ChatClient {

  private static final int CONNECT_MS = 5_000;
  private static final int LONGEST_ANSWER = 4 << 20;
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final HttpClientAgent http;
  private final AnswerConfig config;

  /**
   * What a model said.
   *
   * @param usage tokens, as the API tells them; null when it does not
   */
  public record Reply(String text, String model, @Nullable JsonObject usage) {}

  /** A client whose connections are closed with Vert.x. */
  public ChatClient(Vertx vertx, AnswerConfig config) {
    this.config = config;
    this.http = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(CONNECT_MS));
  }

  /** Asks; fails with a {@link Failure}, 502, 503 or 504. */
  Future<Reply> ask(String model, JsonArray messages) {
    Buffer body =
        new JsonObject()
            .put("model", model)
            .put("messages", messages)
            .put("temperature", 0)
            .put("max_tokens", config.maxTokens())
            .toBuffer();
    return http.request(options())
        .compose(request -> request.send(body))
        .compose(answer -> answer.body().map(text -> read(answer, text)))
        .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(told(failure)));
  }

  private RequestOptions options() {
    URI url = config.url() == null ? URI.create("http://127.0.0.1") : config.url();
    String path = url.getRawPath() == null ? "" : url.getRawPath().replaceAll("/+$", "");
    boolean tls = "https".equalsIgnoreCase(url.getScheme());
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(url.getHost())
            .setPort(url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80)
            .setSsl(tls)
            .setURI(path + "/chat/completions")
            .setIdleTimeout(config.timeout().toMillis())
            .putHeader("content-type", "application/json");
    return config.key() == null
        ? options
        : options.putHeader("authorization", "Bearer " + config.key().value());
  }

  private Reply read(HttpClientResponse answer, Buffer body) {
    JsonObject json = object(body);
    if (answer.statusCode() / 100 != 2) {
      throw refused(answer, json);
    }
    JsonArray choices = json.getJsonArray("choices", new JsonArray());
    JsonObject message =
        choices.isEmpty() ? new JsonObject() : choices.getJsonObject(0).getJsonObject("message");
    String text = message == null ? null : message.getString("content");
    if (text == null || text.isBlank()) {
      throw bad("The model answered without a text.");
    }
    return new Reply(text, json.getString("model", config.model()), json.getJsonObject("usage"));
  }

  private static JsonObject object(Buffer body) {
    if (body.length() > LONGEST_ANSWER) {
      throw bad("The model's answer is longer than " + LONGEST_ANSWER + " bytes.");
    }
    try {
      return new JsonObject(body);
    } catch (DecodeException | ClassCastException e) {
      return new JsonObject();
    }
  }

  private static Failure refused(HttpClientResponse answer, JsonObject json) {
    String message =
        json.getValue("error") instanceof JsonObject error
                && error.getValue("message") instanceof String text
            ? ": " + (text.length() > 300 ? text.substring(0, 300) + "..." : text)
            : ".";
    int status = answer.statusCode();
    String detail = "The API behind answer.url answered " + status + message;
    if (status == 429 || status == 503) {
      Failure busy = Failure.unavailable(detail);
      String after = answer.getHeader("Retry-After");
      return after == null ? busy.withRetryAfter(RETRY) : busy.withHeader("Retry-After", after);
    }
    return bad(detail);
  }

  private Failure told(Throwable failure) {
    if (failure instanceof Failure already) {
      return already;
    }
    if (failure instanceof TimeoutException) {
      return Failure.of(
          504,
          "answer_late",
          "The model did not answer in time",
          "There was no answer within " + config.timeout().toSeconds() + " s (answer.timeout).");
    }
    return bad("The API behind answer.url cannot be reached.").withCause(failure);
  }

  private static Failure bad(String detail) {
    return Failure.of(502, "answer_failed", "The model did not answer", detail);
  }
}
