package io.ruche.aiproxy.events;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import io.ruche.aiproxy.AiProxyConfig;
import io.ruche.aiproxy.RunningProxy;
import io.ruche.aiproxy.Settings;
import io.ruche.aiproxy.simulator.ProviderSimulator;
import io.ruche.bus.wiring.StreamBus;
import io.ruche.config.Config;
import io.ruche.lifecycle.Dependency;
import io.ruche.testing.BrokerProcess;
import io.ruche.testing.MosquittoProcess;
import io.ruche.testing.NeedsMosquitto;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that come in pieces on the reply topic before they come whole. */
@NeedsMosquitto
final class ChatPiecesIT {

  private static final Duration BOUND = Duration.ofSeconds(40);

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final List<Mqtt5Publish> received = new CopyOnWriteArrayList<>();
  private RedisProcess redis;
  private BrokerProcess broker;
  private ProviderSimulator provider;
  private RunningProxy proxy;
  private StreamBus bus;
  private Mqtt5AsyncClient client;

  private void open(BrokerProcess with) throws Exception {
    broker = with;
    redis = RedisProcess.start();
    provider = ProviderSimulator.start(vertx, 0).await(10, SECONDS);
    Files.writeString(
        folder.resolve("ai-proxy.yaml"),
        "port: 0\nmanagement-port: 0\ngroq: {base-url: %s, api-key: %s}\n"
            .formatted(provider.baseUrl(), ProviderSimulator.KEY));
    Config config = Config.load(folder, Map.of(), Map.of("ai-proxy", AiProxyConfig.class));
    bus = QueueProcess.bus(vertx, redis.url(), broker.url().toString());
    proxy =
        RunningProxy.start(
            vertx, Settings.fixed(vertx, config.get(AiProxyConfig.class)), bus::piece);
    bus.command(ChatHandler.command(Duration.ofMinutes(1), 16), proxy.service().chat());
    bus.start().await(10, SECONDS);
    await()
        .atMost(BOUND)
        .until(
            () ->
                bus.dependencies().values().stream()
                    .allMatch(one -> one.get().state() == Dependency.State.UP));
    client =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost("127.0.0.1")
            .serverPort(broker.url().getPort())
            .buildAsync();
    client.connect().get(10, SECONDS);
    client
        .subscribeWith()
        .topicFilter("ruche/local/reply/n8n/#")
        .qos(MqttQos.AT_LEAST_ONCE)
        .callback(received::add)
        .send()
        .get(10, SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    client.disconnect().get(10, SECONDS);
    bus.stop().await(30, SECONDS);
    proxy.close();
    vertx.close().await(30, SECONDS);
    broker.close();
    redis.close();
  }

  @Test
  void comesInPiecesOverMosquitto() throws Exception {
    open(MosquittoProcess.start());
    assertComesInPieces();
    assertComesWholeToThoseWhoDoNotAsk();
    assertBeginsAnewWithTheNextAttempt();
  }

  private void assertComesInPieces() throws Exception {
    send("s1", "tokens=40,gap=20", ",\"stream\":true", publish -> publish);

    JsonObject result = result("s1");
    List<JsonObject> pieces = pieces("s1");
    String text = content(result);
    assertTrue(pieces.size() >= 4 && pieces.size() <= 14, pieces.size() + " pieces");
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      JsonObject piece = pieces.get(i);
      assertEquals(i + 1, piece.getInteger("seq"));
      assertEquals(1, piece.getInteger("attempt"));
      assertEquals("s1", piece.getString("id"));
      assertEquals("c-s1", piece.getJsonObject("ruche").getString("correlationId"));
      joined.append(piece.getString("delta"));
    }
    assertEquals(text, joined.toString());
    assertEquals(7, result.getJsonObject("usage").getInteger("completion_tokens"));
    assertEquals("chat.completion", result.getString("object"));
    assertTrue(position("s1", "chat-result") > position("s1", "chat-piece"));
  }

  private void assertComesWholeToThoseWhoDoNotAsk() throws Exception {
    send("s2", "tokens=5", "", publish -> publish);
    assertEquals("chat.completion", result("s2").getString("object"));
    assertEquals(List.of(), pieces("s2"));
    send(
        "s3",
        "tokens=5",
        "",
        publish -> publish.userProperties().add("stream", "true").applyUserProperties());
    assertTrue(content(result("s3")).length() > 10);
    assertTrue(!pieces("s3").isEmpty());
  }

  private void assertBeginsAnewWithTheNextAttempt() throws Exception {
    provider.next("tokens=20,gap=20,cut=12");
    send("s4", "tokens=20,gap=20", ",\"stream\":true", publish -> publish);

    JsonObject result = result("s4");
    List<JsonObject> again =
        pieces("s4").stream().filter(piece -> piece.getInteger("attempt") == 2).toList();
    assertEquals(1, again.get(0).getInteger("seq"));
    assertEquals(
        content(result),
        String.join("", again.stream().map(piece -> piece.getString("delta")).toList()));
    assertTrue(again.size() < pieces("s4").size());
  }

  private interface Properties {
    Mqtt5PublishBuilder.Complete on(Mqtt5PublishBuilder.Complete publish);
  }

  private void send(String id, String behaviour, String more, Properties properties)
      throws Exception {
    String body =
        ("{\"model\":\"sim:%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
                + "\"ruche\":{\"id\":\"%s\",\"correlationId\":\"c-%s\"%s}}")
            .formatted(behaviour, id, id, more);
    client
        .publish(
            properties
                .on(
                    Mqtt5Publish.builder()
                        .topic("ruche/local/cmd/n8n/ai-proxy/chat")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(body.getBytes(StandardCharsets.UTF_8)))
                .build())
        .get(10, SECONDS);
  }

  private static String content(JsonObject completion) {
    return completion
        .getJsonArray("choices")
        .getJsonObject(0)
        .getJsonObject("message")
        .getString("content");
  }

  private JsonObject result(String id) {
    await().atMost(BOUND).until(() -> !told(id, "chat-result").isEmpty());
    return told(id, "chat-result").get(0);
  }

  private List<JsonObject> pieces(String id) {
    return told(id, "chat-piece");
  }

  private List<JsonObject> told(String id, String type) {
    return received.stream()
        .map(ChatPiecesIT::json)
        .filter(json -> about(json, "type").equals(type) && about(json, "commandId").equals(id))
        .toList();
  }

  private static String about(JsonObject json, String field) {
    return String.valueOf(json.getJsonObject("ruche", new JsonObject()).getString(field));
  }

  /** The place of the last such message among all. */
  private int position(String id, String type) {
    int last = -1;
    for (int i = 0; i < received.size(); i++) {
      JsonObject json = json(received.get(i));
      if (about(json, "type").equals(type) && about(json, "commandId").equals(id)) {
        last = i;
      }
    }
    return last;
  }

  private static JsonObject json(Mqtt5Publish publish) {
    return new JsonObject(new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8));
  }
}
