package io.ruche.aiproxy.simulator;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A provider on a port of this machine: chat completions (whole and streamed), models, embeddings,
 * responses, transcriptions, speech, files and batches as Groq answers them, and each way of
 * failing that {@link Behaviour} can write. It remembers the last requests, their bytes and when
 * their clients left.
 *
 * <p>Control from other processes, on the same port: {@code GET /control/stats}, {@code POST
 * /control/next} with a JSON array of behaviours for the next requests, {@code DELETE /control} to
 * forget everything.
 */
public final class ProviderSimulator {

  /** The key that it takes; any other is answered 401. */
  public static final String KEY = "gsk_simulated";

  private static final String MODELS = "/openai/v1/models";
  private static final String FORMS = "/openai/v1/audio/trans";
  private static final int REMEMBERED = 1_000;

  private final Vertx vertx;
  private final ObjectReplies objects = new ObjectReplies();
  private final Deque<Seen> seen = new ConcurrentLinkedDeque<>();
  private final Deque<Behaviour> scripted = new ConcurrentLinkedDeque<>();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile @Nullable TokenLimit limit;
  private volatile long readPauseMillis;
  private volatile @Nullable Behaviour weather;
  private @Nullable HttpServer server;
  private final String host;
  private int port;

  private ProviderSimulator(Vertx vertx, String host, int port) {
    this.vertx = vertx;
    this.host = host;
    this.port = port;
  }

  /** Starts one; port 0 takes a free one. */
  public static Future<ProviderSimulator> start(Vertx vertx, int port) {
    return start(vertx, "127.0.0.1", port);
  }

  /** Starts one that others than this machine may reach, as in a container. */
  public static Future<ProviderSimulator> start(Vertx vertx, String host, int port) {
    ProviderSimulator simulator = new ProviderSimulator(vertx, host, port);
    return simulator.start().map(simulator);
  }

  /** Listens again on the same port after {@link #stop}. */
  public Future<Void> start() {
    HttpServer listening =
        vertx
            .createHttpServer(
                new HttpServerOptions().setHost(host).setPort(port).setReuseAddress(true))
            .requestHandler(this::receive)
            .connectionHandler(
                connection -> {
                  connections.incrementAndGet();
                  connection.closeHandler(v -> connections.decrementAndGet());
                });
    server = listening;
    return listening
        .listen()
        .map(
            s -> {
              port = s.actualPort();
              return null;
            });
  }

  /** Closes the port and every connection: from now on connections are refused. */
  public Future<Void> stop() {
    HttpServer listening = server;
    return listening == null ? Future.succeededFuture() : listening.close();
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** What {@code GROQ_BASE_URL} is set to. */
  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + port + "/openai/v1");
  }

  /** Scripts the next requests, one behaviour each, whatever model they name. */
  public void next(String... behaviours) {
    for (String behaviour : behaviours) {
      scripted.add(Behaviour.parse(behaviour));
    }
  }

  /** From now on answers every request in this way, whatever its model; null ends it. */
  public void always(@Nullable String behaviour) {
    weather = behaviour == null ? null : Behaviour.parse(behaviour);
  }

  /**
   * From now on takes no more than so many tokens a minute, and refuses the rest with 429.
   *
   * @param left how many there are to begin with
   */
  public void limitTokens(long aMinute, long left) {
    limit = new TokenLimit(aMinute, left);
  }

  /**
   * How many tokens were taken, how many are left, and how many requests refused for want of them.
   */
  public long[] tokens() {
    TokenLimit now = limit;
    return now == null ? new long[] {0, 0, 0} : new long[] {now.taken(), now.left(), now.refused()};
  }

  /** About what a model would count. */
  private static long tokens(Buffer body) {
    return body.length() / 5 + 1L;
  }

  /** The remembered requests, oldest first. */
  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  /** The latest request. */
  public Seen last() {
    return seen.getLast();
  }

  /** How many requests came since the start or the last {@link #forget}. */
  public long requests() {
    return requests.get();
  }

  /** How many connections are open. */
  public int connections() {
    return connections.get();
  }

  /** Forgets requests and scripts. */
  public void forget() {
    seen.clear();
    scripted.clear();
    requests.set(0);
  }

  private void receive(HttpServerRequest request) {
    if (request.path().startsWith(FORMS)
        || (request.path().equals(ObjectReplies.FILES)
            && request.method().equals(HttpMethod.POST))) {
      hear(request);
      return;
    }
    request
        .body()
        .onSuccess(
            body -> {
              if (request.path().startsWith("/control")) {
                control(request, body);
              } else {
                answer(request, body);
              }
            });
  }

  /** A form is not kept in memory as a whole, and may be read slowly or refused half-way. */
  private void hear(HttpServerRequest request) {
    Seen one = remember(request, Buffer.buffer());
    watch(request, one);
    Behaviour early = scripted.peek();
    if (early != null && early.early()) {
      scripted.poll();
      respond(request, one, new JsonObject(), early, early);
      return;
    }
    long pause = readPauseMillis;
    request.handler(
        piece -> {
          one.heard(piece);
          if (pause > 0) {
            request.pause();
            vertx.setTimer(pause, id -> request.resume());
          }
        });
    request.endHandler(
        v -> {
          JsonObject fields = FormFields.read(one.body());
          Behaviour script = scripted.poll();
          String model = fields.getString("model", "");
          respond(request, one, fields, script, script == null ? Behaviour.ofModel(model) : script);
        });
  }

  /** The ids of the files that it keeps. */
  public List<String> files() {
    return objects.files();
  }

  /** How far a batch is; null for one that is not there. */
  public @Nullable String batch(String id) {
    return objects.status(id);
  }

  /** Ends a batch, with an output file of its own. */
  public void completeBatch(String id, String content) {
    objects.complete(id, content);
  }

  /** From now on waits so long after each piece of a form that it reads. */
  public void readSlowly(long millis) {
    readPauseMillis = millis;
  }

  private static void watch(HttpServerRequest request, Seen one) {
    request.exceptionHandler(failure -> one.cancelled());
    request
        .response()
        .exceptionHandler(failure -> one.cancelled())
        .closeHandler(v -> one.cancelled());
  }

  private void control(HttpServerRequest request, Buffer body) {
    if (request.method().equals(HttpMethod.DELETE)) {
      forget();
    } else if (request.path().equals("/control/next")) {
      new JsonArray(body).forEach(text -> next(String.valueOf(text)));
    }
    request.response().putHeader("content-type", "application/json").end(stats().toBuffer());
  }

  private JsonObject stats() {
    JsonArray cancelled = new JsonArray();
    seen.stream().filter(Seen::isCancelled).map(Seen::cancelledAfterMillis).forEach(cancelled::add);
    return new JsonObject()
        .put("requests", requests.get())
        .put("ended", seen.stream().filter(Seen::isEnded).count())
        .put("cancelled", cancelled.size())
        .put("cancelledAfterMillis", cancelled)
        .put("connections", connections.get())
        .put("scripted", scripted.size());
  }

  private void answer(HttpServerRequest request, Buffer body) {
    Seen one = remember(request, body);
    watch(request, one);
    JsonObject json = json(body);
    String model = json.getValue("model") instanceof String name ? name : "";
    Behaviour script = scripted.poll();
    respond(request, one, json, script, script == null ? Behaviour.ofModel(model) : script);
  }

  private void respond(
      HttpServerRequest request,
      Seen one,
      JsonObject json,
      @Nullable Behaviour script,
      Behaviour wanted) {
    Behaviour behaviour = wanted;
    Buffer body = one.body();
    String model = json.getValue("model") instanceof String name ? name : "";
    if (!("Bearer " + KEY).equals(request.getHeader("authorization"))) {
      behaviour = Behaviour.parse("status=401");
    }
    Behaviour now = weather;
    behaviour = now == null ? behaviour : now;
    TokenLimit limited = limit;
    if (limited != null && !limited.take(tokens(body))) {
      behaviour = Behaviour.parse("status=429,retry-after=" + limited.retryAfter(tokens(body)));
    }
    String refusal = GroqRules.refusal(json);
    if (refusal != null && script == null) {
      behaviour = Behaviour.parse("status=400");
    }
    Answer answer = new Answer(vertx, request, behaviour, one, model, refusal, limited);
    boolean refused = behaviour.status() >= 400;
    later(
        behaviour.delayMillis(),
        () -> {
          if (refused) {
            answer.whole(Buffer.buffer());
          } else if (!objects.write(request, answer, json, body)) {
            write(request, answer, json, wanted);
          }
        });
  }

  private void later(long millis, Runnable task) {
    if (millis == 0) {
      task.run();
    } else {
      vertx.setTimer(millis, id -> task.run());
    }
  }

  private Seen remember(HttpServerRequest request, Buffer body) {
    requests.incrementAndGet();
    Seen one = new Seen(request.method().name(), request.uri(), request.headers(), body);
    seen.add(one);
    if (seen.size() > REMEMBERED) {
      seen.poll();
    }
    return one;
  }

  private static void write(
      HttpServerRequest request, Answer answer, JsonObject json, Behaviour behaviour) {
    String path = request.path();
    int echo = behaviour.echo();
    if (MediaReplies.write(path, answer, json, behaviour)) {
      return;
    }
    if (path.equals(MODELS)) {
      answer.whole(GroqReplies.models());
    } else if (path.startsWith(MODELS + "/")) {
      String id = path.substring(MODELS.length() + 1);
      answer.whole(GroqReplies.model(URLDecoder.decode(id, StandardCharsets.UTF_8)).toBuffer());
    } else if (Boolean.TRUE.equals(json.getValue("stream"))) {
      answer.stream(echo > 0 ? Turn.echoing(json, echo) : Turn.of(json));
    } else {
      answer.reply(echo > 0 ? Turn.echoing(json, echo) : Turn.of(json));
    }
  }

  private static JsonObject json(Buffer body) {
    try {
      return body.length() == 0 ? new JsonObject() : new JsonObject(body);
    } catch (DecodeException e) {
      return new JsonObject();
    }
  }
}
