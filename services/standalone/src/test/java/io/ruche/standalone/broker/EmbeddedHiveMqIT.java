package io.ruche.standalone.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedHiveMqIT {
  private static final String PASSWORD = "0123456789abcdef";
  private static final BrokerLimits LIMITS = new BrokerLimits(64 * 1024, 10, 100, 50);
  private static final long WAIT_SECONDS = 10;

  @TempDir static Path folder;
  static final List<DroppedMessages.Drop> DROPS = new CopyOnWriteArrayList<>();
  static EmbeddedHiveMq broker;

  /** Users of tenant koff, with the password "key"; each may use its own topics only. */
  private static final class OwnTopics implements BrokerAccess {
    @Override
    public CompletionStage<Admission> authenticate(String username, String password) {
      if (username.equals("koff.early")) {
        return CompletableFuture.completedFuture(new Admission.Unavailable("keys are loading"));
      }
      if (username.equals("koff.broken")) {
        return CompletableFuture.failedFuture(new IllegalStateException("no database"));
      }
      Admission admission =
          password.equals("key")
              ? new Admission.Admitted()
              : new Admission.Refused("no such key for " + username);
      return CompletableFuture.supplyAsync(() -> admission);
    }

    @Override
    public Permission mayPublish(Session session, String topic, int qos, boolean retain) {
      Permission permission = own(session, topic);
      return retain && permission instanceof Permission.Granted
          ? new Permission.GrantedOnce()
          : permission;
    }

    @Override
    public Permission maySubscribe(Session session, String filter) {
      return own(session, filter);
    }

    private static Permission own(Session session, String topic) {
      String name = session.username().substring("koff.".length());
      return topic.startsWith("ruche/koff/cmd/" + name + "/")
          ? new Permission.Granted()
          : new Permission.Denied(topic + " is not below ruche/koff/cmd/" + name);
    }
  }

  @BeforeAll
  static void start() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    broker = new EmbeddedHiveMq(folder, port, LIMITS, PASSWORD, new OwnTopics(), DROPS::add);
    broker.start();
  }

  @AfterAll
  static void stop() {
    broker.stop();
  }

  @Test
  void admitsRucheItselfEverywhereBelowItsPrefixAndNowhereElse() throws InterruptedException {
    Mqtt5BlockingClient service = connected("ruche", "ingress", PASSWORD);
    try (var received = service.publishes(MqttGlobalPublishFilter.ALL)) {
      service.subscribeWith().topicFilter("ruche/+/cmd/#").send();
      service.publishWith().topic("ruche/koff/cmd/n8n/ai-proxy/chat").payload(text("hi")).send();
      Optional<Mqtt5Publish> publish = received.receive(WAIT_SECONDS, TimeUnit.SECONDS);
      assertEquals("ruche/koff/cmd/n8n/ai-proxy/chat", publish.orElseThrow().getTopic().toString());
    }
    assertThrows(Mqtt5SubAckException.class, () -> service.subscribeWith().topicFilter("#").send());
    service.disconnect();
  }

  @Test
  void refusesAWrongPasswordWithAReason() {
    Mqtt5ConnAck refused = refusal("koff.n8n", "wrong");
    assertEquals(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD, refused.getReasonCode());
    assertEquals("no such key for koff.n8n", reason(refused));
    assertEquals(
        Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD,
        refusal("ruche", "wrong").getReasonCode());
  }

  @Test
  void refusesNobodyInParticular() {
    Mqtt5ConnAckException refused =
        assertThrows(
            Mqtt5ConnAckException.class, () -> client("anyone").build().toBlocking().connect());
    assertEquals(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED, refused.getMqttMessage().getReasonCode());
  }

  @Test
  void asksToTryAgainWhileKeysCannotBeChecked() {
    Mqtt5ConnAck early = refusal("koff.early", "key");
    assertEquals(Mqtt5ConnAckReasonCode.SERVER_UNAVAILABLE, early.getReasonCode());
    assertEquals("keys are loading", reason(early));
    assertEquals(
        Mqtt5ConnAckReasonCode.SERVER_UNAVAILABLE, refusal("koff.broken", "key").getReasonCode());
  }

  @Test
  void tellsAnMqtt5ClientWhyItsPublishIsRefused() {
    Mqtt5BlockingClient client = connected("koff.n8n", "a", "key");
    client.publishWith().topic("ruche/koff/cmd/n8n/x").qos(MqttQos.AT_LEAST_ONCE).send();
    Mqtt5PubAckException refused =
        assertThrows(
            Mqtt5PubAckException.class,
            () ->
                client
                    .publishWith()
                    .topic("ruche/koff/cmd/other/x")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send());
    assertEquals(
        "ruche/koff/cmd/other/x is not below ruche/koff/cmd/n8n",
        String.valueOf(refused.getMqttMessage().getReasonString().orElseThrow()));
  }

  @Test
  void refusesASubscriptionAlsoThroughASharedGroup() {
    Mqtt5BlockingClient client = connected("koff.n8n", "b", "key");
    client.subscribeWith().topicFilter("$share/g/ruche/koff/cmd/n8n/#").send();
    assertThrows(
        Mqtt5SubAckException.class,
        () -> client.subscribeWith().topicFilter("$share/g/ruche/koff/cmd/other/#").send());
    assertThrows(
        Mqtt5SubAckException.class,
        () -> client.subscribeWith().topicFilter("ruche/koff/cmd/#").send());
    client.disconnect();
  }

  @Test
  void admitsMqtt311Clients() {
    Mqtt3BlockingClient client = old("koff.old", "old");
    client.publishWith().topic("ruche/koff/cmd/old/x").qos(MqttQos.EXACTLY_ONCE).send();
    client.disconnect();
  }

  @Test
  void dropsWhatAnMqtt311ClientMayNotPublishAndKeepsItsConnection() throws InterruptedException {
    Mqtt5BlockingClient service = connected("ruche", "witness", PASSWORD);
    Mqtt3BlockingClient client = old("koff.old", "old");
    try (var received = service.publishes(MqttGlobalPublishFilter.ALL)) {
      service.subscribeWith().topicFilter("ruche/koff/cmd/#").send();
      for (MqttQos qos : List.of(MqttQos.AT_LEAST_ONCE, MqttQos.EXACTLY_ONCE)) {
        client.publishWith().topic("ruche/koff/cmd/other/x").qos(qos).send();
      }
      client.publishWith().topic("ruche/koff/cmd/old/x").qos(MqttQos.AT_LEAST_ONCE).send();

      assertEquals(
          "ruche/koff/cmd/old/x",
          received.receive(5, TimeUnit.SECONDS).orElseThrow().getTopic().toString());
    }
    service.disconnect();
    client.disconnect();
  }

  @Test
  void passesARetainedCommandOnWithItsFlagAndKeepsNone() throws InterruptedException {
    Mqtt5BlockingClient service = connected("ruche", "taker", PASSWORD);
    Mqtt5BlockingClient client = connected("koff.keep", "k", "key");
    Mqtt3BlockingClient old = old("koff.keep", "k3");
    try (var received = service.publishes(MqttGlobalPublishFilter.ALL)) {
      service
          .subscribeWith()
          .topicFilter("ruche/koff/cmd/keep/#")
          .retainAsPublished(true)
          .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
          .send();
      client
          .publishWith()
          .topic("ruche/koff/cmd/keep/a")
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload(text("5"))
          .retain(true)
          .send();
      old.publishWith()
          .topic("ruche/koff/cmd/keep/b")
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload(text("3"))
          .retain(true)
          .send();
      for (int i = 0; i < 2; i++) {
        assertTrue(received.receive(WAIT_SECONDS, TimeUnit.SECONDS).orElseThrow().isRetain());
      }
      assertTrue(client.getState().isConnected());
      assertTrue(old.getState().isConnected());
      Awaitility.await()
          .atMost(Duration.ofSeconds(WAIT_SECONDS))
          .until(
              () -> {
                service
                    .subscribeWith()
                    .topicFilter("ruche/koff/cmd/keep/#")
                    .retainHandling(Mqtt5RetainHandling.SEND)
                    .send();
                return received.receive(500, TimeUnit.MILLISECONDS).isEmpty();
              });
    }
    client.disconnect();
    old.disconnect();
    service.disconnect();
  }

  @Test
  void keepsUsersApartThatUseTheSameClientId() {
    Mqtt5BlockingClient first = connected("koff.first", "same", "key");
    Mqtt5BlockingClient second = connected("koff.second", "same", "key");
    first.publishWith().topic("ruche/koff/cmd/first/x").qos(MqttQos.AT_LEAST_ONCE).send();
    second.publishWith().topic("ruche/koff/cmd/second/x").qos(MqttQos.AT_LEAST_ONCE).send();
    assertTrue(first.getState().isConnected(), "the second took the first one's session");
    first.disconnect();
    second.disconnect();
  }

  @Test
  void givesOutAClientIdThatWorksAgain() {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .serverHost("127.0.0.1")
            .serverPort(broker.url().getPort())
            .buildBlocking();
    var login = Mqtt5SimpleAuth.builder().username("koff.given").password(text("key")).build();
    Mqtt5ConnAck first =
        client.connectWith().simpleAuth(login).cleanStart(false).sessionExpiryInterval(60).send();
    client.disconnectWith().send();
    Mqtt5BlockingClient again =
        client(String.valueOf(first.getAssignedClientIdentifier().orElseThrow()))
            .simpleAuth(login)
            .buildBlocking();
    assertTrue(again.connectWith().cleanStart(false).send().isSessionPresent());
    again.disconnect();
  }

  @Test
  void endsTheLiveSessionsOfARevokedUserOnly() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    AtomicReference<String> reason = new AtomicReference<>("");
    Mqtt5BlockingClient revoked =
        client("r")
            .simpleAuth()
            .username("koff.revoked")
            .password(text("key"))
            .applySimpleAuth()
            .addDisconnectedListener(
                context -> {
                  if (context.getCause() instanceof Mqtt5DisconnectException disconnect) {
                    reason.set(
                        String.valueOf(
                            disconnect.getMqttMessage().getReasonString().orElseThrow()));
                  }
                  ended.countDown();
                })
            .buildBlocking();
    revoked.connectWith().cleanStart(false).sessionExpiryInterval(600).send();
    Mqtt5BlockingClient other = connected("koff.revoked2", "r", "key");
    int count =
        broker
            .endSessions("koff.revoked", "the key was revoked")
            .toCompletableFuture()
            .get(WAIT_SECONDS, TimeUnit.SECONDS);
    assertEquals(1, count);
    assertTrue(ended.await(WAIT_SECONDS, TimeUnit.SECONDS));
    assertEquals("the key was revoked", reason.get());
    assertTrue(other.getState().isConnected());
    Mqtt5BlockingClient again =
        client("r")
            .simpleAuth()
            .username("koff.revoked")
            .password(text("key"))
            .applySimpleAuth()
            .buildBlocking();
    assertFalse(
        again.connectWith().cleanStart(false).send().isSessionPresent(), "its queue outlived it");
    again.disconnect();
    other.disconnect();
  }

  @Test
  void raisesAnAlarmWhenAQueueIsFull() {
    Mqtt5BlockingClient away = connected("koff.away", "q", "key");
    away.subscribeWith().topicFilter("ruche/koff/cmd/away/#").qos(MqttQos.AT_LEAST_ONCE).send();
    away.disconnectWith().sessionExpiryInterval(600).send();
    Mqtt5BlockingClient service = connected("ruche", "publisher", PASSWORD);
    long before = broker.droppedMessages();
    for (int i = 0; i < LIMITS.maxQueuedMessages() + 5; i++) {
      service.publishWith().topic("ruche/koff/cmd/away/x").qos(MqttQos.AT_LEAST_ONCE).send();
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(WAIT_SECONDS))
        .until(() -> broker.droppedMessages() == before + 5);
    assertEquals("koff.away/q", DROPS.getLast().receiver());
    assertTrue(DROPS.getLast().reason().contains("queue is full"), DROPS.getLast().reason());
    service.disconnect();
  }

  @Test
  void refusesAPacketPastTheLimit() {
    Mqtt5BlockingClient client = connected("koff.big", "c", "key");
    assertThrows(
        RuntimeException.class,
        () ->
            client
                .publishWith()
                .topic("ruche/koff/cmd/big/x")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(new byte[LIMITS.maxPacketBytes() + 1])
                .send());
  }

  private static Mqtt5BlockingClient connected(String username, String id, String password) {
    Mqtt5BlockingClient client =
        client(id)
            .simpleAuth()
            .username(username)
            .password(text(password))
            .applySimpleAuth()
            .buildBlocking();
    client.connectWith().cleanStart(false).sessionExpiryInterval(600).send();
    return client;
  }

  private static Mqtt3BlockingClient old(String username, String id) {
    Mqtt3BlockingClient client =
        Mqtt3Client.builder()
            .identifier(id)
            .serverHost("127.0.0.1")
            .serverPort(broker.url().getPort())
            .simpleAuth()
            .username(username)
            .password(text("key"))
            .applySimpleAuth()
            .buildBlocking();
    client.connect();
    return client;
  }

  private static Mqtt5ConnAck refusal(String username, String password) {
    return assertThrows(Mqtt5ConnAckException.class, () -> connected(username, "x", password))
        .getMqttMessage();
  }

  private static String reason(Mqtt5ConnAck refused) {
    return String.valueOf(refused.getReasonString().orElseThrow());
  }

  private static Mqtt5ClientBuilder client(String id) {
    URI url = broker.url();
    return Mqtt5Client.builder().identifier(id).serverHost(url.getHost()).serverPort(url.getPort());
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
