package io.ruche.standalone;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ruche up} in a process of its own, as a user starts it. */
class UpIT {

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String COMPLETION =
      "{\"id\":\"chatcmpl-1\",\"choices\":[{\"message\":{\"content\":\"Bonjour\"}}]}";

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private Vertx vertx;
  private RunningRuche ruche;

  @BeforeEach
  void prepare() throws Exception {
    vertx = Vertx.vertx();
    int provider =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> request.body().onSuccess(body -> answer(request.response(), body)))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS)
            .actualPort();
    ruche =
        new RunningRuche(
            folder,
            """
            providers: {away: {base-url: "http://127.0.0.1:%d/v1"}}
            default-provider: groq
            provider-events: [local]
            """
                .formatted(RunningRuche.free()),
            provider);
  }

  private void answer(HttpServerResponse response, Buffer asked) {
    if (!asked.toString().contains("\"stream\":true")) {
      response.putHeader("content-type", "application/json").end(COMPLETION);
      return;
    }
    response.putHeader("content-type", "text/event-stream").setChunked(true);
    response.write(piece("Bon", "null"));
    vertx.setTimer(300, id -> response.end(piece("jour", "\"stop\"") + "data: [DONE]\n\n"));
  }

  private static String piece(String text, String finish) {
    return """
        data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m",\
        "choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":%s}]}

        """
        .formatted(text, finish);
  }

  @AfterEach
  void stop() throws Exception {
    ruche.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void answersAPlainJsonMessageAndLosesNothingWhenKilled() throws Exception {
    Process first = ruche.up();
    String key = ruche.run("keys", "create", "--tenant", "local", "--name", "n8n").strip();
    assertTrue(key.startsWith("rk_"), key);

    Map<String, String> heard = new ConcurrentHashMap<>();
    Mqtt3AsyncClient n8n = connect(key, heard);
    publish(n8n, "{\"prompt\":\"Salut\",\"ruche\":{\"id\":\"a\",\"correlationId\":\"a\"}}");
    await().atMost(BOUND).until(() -> heard.containsKey("ruche/local/reply/n8n/a"));
    assertTrue(heard.get("ruche/local/reply/n8n/a").contains("Bonjour"));
    assertTrue(heard.containsKey("ruche/local/receipt/n8n/a"));

    HttpResponse<String> accepted = post(key, "b");
    assertEquals(202, accepted.statusCode(), accepted.body());
    first.destroyForcibly().waitFor();
    String said = ruche.said();

    ruche.up();
    assertTrue(
        ruche.said().substring(said.length()).contains("left"),
        "the next start says what it found left running");
    await()
        .atMost(BOUND)
        .until(() -> new JsonObject(get(key, "b").body()).getString("state").equals("done"));
    HttpResponse<String> again = post(key, "b");
    assertEquals(
        new JsonObject(accepted.body()).getString("entry"),
        new JsonObject(again.body()).getString("entry"));
  }

  @Test
  void showsAnAnswerAsItComes() throws Exception {
    ruche.up();
    String key = ruche.run("keys", "create", "--tenant", "local", "--name", "n8n").strip();
    Mqtt3AsyncClient n8n = connect(key, new ConcurrentHashMap<>());
    List<JsonObject> replies = new CopyOnWriteArrayList<>();
    n8n.subscribeWith()
        .topicFilter("ruche/local/reply/n8n/#")
        .callback(
            publish -> replies.add(new JsonObject(Buffer.buffer(publish.getPayloadAsBytes()))))
        .send()
        .get(10, TimeUnit.SECONDS);

    publish(
        n8n,
        "{\"prompt\":\"Salut\",\"ruche\":{\"id\":\"p\",\"correlationId\":\"p\",\"stream\":true}}");

    await()
        .atMost(BOUND)
        .until(() -> replies.stream().anyMatch(reply -> reply.containsKey("choices")));
    List<String> deltas =
        replies.stream()
            .filter(reply -> reply.containsKey("delta"))
            .map(reply -> reply.getString("delta"))
            .toList();
    assertEquals(List.of("Bon", "jour"), deltas);
    assertTrue(replies.getLast().encode().contains("Bonjour"), () -> replies.getLast().encode());
  }

  @Test
  void endsAKeyEverywhereWithinASecond() throws Exception {
    ruche.up();
    String key = ruche.run("keys", "create", "--tenant", "local", "--name", "gone").strip();
    Map<String, String> heard = new ConcurrentHashMap<>();
    Mqtt3AsyncClient client = connect("gone", key, heard);
    assertEquals(404, get(key, "unknown").statusCode());

    ruche.run(
        "keys", "limit", "--tenant", "local", "--name", "gone", "--rpm", "90", "--budget-usd", "5");
    String listed = ruche.run("keys", "list", "--tenant", "local");
    assertTrue(listed.contains("90 rpm, 5 usd/month"), listed);

    ruche.run("keys", "revoke", "--tenant", "local", "--name", "gone");
    await().atMost(Duration.ofSeconds(1)).until(() -> get(key, "unknown").statusCode() == 401);
    await().atMost(Duration.ofSeconds(2)).until(() -> !client.getState().isConnected());
  }

  @Test
  void tellsATenantThatAProviderIsDown() throws Exception {
    ruche.up();
    String key = ruche.run("keys", "create", "--tenant", "local", "--name", "n8n").strip();
    Map<String, String> heard = new ConcurrentHashMap<>();
    Mqtt3AsyncClient client = connect(key, heard);
    subscribe(client, "ruche/local/evt/ai-proxy/+", heard);

    for (int i = 0; i < 5; i++) {
      send(
          request(key, "/v1/chat/completions")
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString("{\"model\":\"away/m\",\"messages\":[{}]}")));
    }

    String topic = "ruche/local/evt/ai-proxy/provider-down";
    await().atMost(BOUND).until(() -> heard.containsKey(topic));
    JsonObject event = new JsonObject(heard.get(topic));
    assertEquals("away", event.getString("provider"));
    assertEquals("m", event.getString("model"));
  }

  private Mqtt3AsyncClient connect(String key, Map<String, String> heard) throws Exception {
    return connect("n8n", key, heard);
  }

  private Mqtt3AsyncClient connect(String name, String key, Map<String, String> heard)
      throws Exception {
    Mqtt3AsyncClient client =
        MqttClient.builder()
            .useMqttVersion3()
            .serverHost("127.0.0.1")
            .serverPort(ruche.mqtt())
            .simpleAuth()
            .username("local." + name)
            .password(key.getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildAsync();
    client.connect().get(10, TimeUnit.SECONDS);
    for (String own : List.of("reply", "receipt")) {
      subscribe(client, "ruche/local/" + own + "/" + name + "/#", heard);
    }
    return client;
  }

  private static void subscribe(Mqtt3AsyncClient client, String topics, Map<String, String> heard)
      throws Exception {
    client
        .subscribeWith()
        .topicFilter(topics)
        .qos(MqttQos.AT_LEAST_ONCE)
        .callback(
            publish ->
                heard.put(
                    publish.getTopic().toString(),
                    new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8)))
        .send()
        .get(10, TimeUnit.SECONDS);
  }

  private static void publish(Mqtt3AsyncClient client, String payload) throws Exception {
    client
        .publishWith()
        .topic("ruche/local/cmd/n8n/ai-proxy/chat")
        .payload(payload.getBytes(StandardCharsets.UTF_8))
        .send()
        .get(10, TimeUnit.SECONDS);
  }

  private HttpResponse<String> post(String key, String id) throws Exception {
    return send(
        request(key, "/v1/commands/chat")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", id)
            .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\":\"Salut\"}")));
  }

  private HttpResponse<String> get(String key, String id) throws Exception {
    return send(request(key, "/v1/commands/" + id));
  }

  private HttpRequest.Builder request(String key, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ruche.api() + path))
        .timeout(Duration.ofSeconds(10))
        .header("Authorization", "Bearer " + key);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
