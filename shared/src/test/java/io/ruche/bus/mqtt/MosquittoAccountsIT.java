package io.ruche.bus.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import io.ruche.auth.ApiKey;
import io.ruche.auth.ApiKey.Kind;
import io.ruche.auth.KeyFormat;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import io.ruche.config.Secret;
import io.ruche.testing.NeedsMosquitto;
import io.ruche.testing.Ports;
import io.ruche.testing.SecuredMosquitto;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsMosquitto(withPlugin = true)
class MosquittoAccountsIT {

  private static final AtomicLong IDS = new AtomicLong();

  private static Vertx vertx;
  private static SecuredMosquitto broker;
  private static MosquittoAccounts accounts;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    broker = SecuredMosquitto.start();
    accounts = new MosquittoAccounts(vertx, broker.adminUrl());
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
    broker.close();
  }

  @Test
  void letsAKeyPublishItsOwnCommandsAndNoOthers() throws Exception {
    ApiKey key = key("azoth", "n8n", Kind.CLIENT);
    try (KeyClient client = connected(key)) {
      assertTrue(client.publish("ruche/azoth/cmd/n8n/ai-proxy/chat"));
      assertFalse(client.publish("ruche/azoth/cmd/other/ai-proxy/chat"));
      assertFalse(client.publish("ruche/maximus/cmd/n8n/ai-proxy/chat"));
      assertFalse(client.publish("ruche/azoth/evt/ai-proxy/chat-completed"));
      assertFalse(client.publish("ruche/azoth/reply/n8n/1"));
      assertFalse(client.publish("anything"));
      assertFalse(client.publish("$CONTROL/dynamic-security/v1"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#",
        "+/#",
        "+/+/+/#",
        "ruche/#",
        "ruche/+/evt/#",
        "ruche/azoth/#",
        "ruche/azoth/+/strict/#",
        "ruche/azoth/cmd/strict/#",
        "ruche/azoth/reply/#",
        "ruche/azoth/reply/other/#",
        "ruche/azoth/reply/+/1",
        "ruche/azoth/receipt/+/1",
        "ruche/azoth2/evt/#",
        "ruche/maximus/evt/#",
        "$share/g/#",
        "$share/g/ruche/azoth/cmd/#",
        "$SYS/#",
        "$CONTROL/#",
        "$CONTROL/dynamic-security/v1/response"
      })
  void refusesSubscriptionsBeyondTheKey(String filter) throws Exception {
    try (KeyClient client = connected(key("azoth", "strict", Kind.CLIENT))) {
      assertFalse(client.subscribe(filter));
    }
  }

  @Test
  void bringsAKeyItsTenantsEventsAndItsOwnAnswers() throws Exception {
    try (KeyClient client = connected(key("azoth", "reader", Kind.CLIENT));
        KeyClient service = service("reader-service")) {
      assertTrue(client.subscribe("ruche/azoth/evt/#"));
      assertTrue(client.subscribe("ruche/azoth/reply/reader/#"));
      assertTrue(client.subscribe("ruche/azoth/receipt/reader/+"));
      List<String> topics =
          List.of(
              "ruche/azoth/evt/ai-proxy/chat-completed",
              "ruche/azoth/reply/reader/1",
              "ruche/azoth/receipt/reader/1");
      service.publish("ruche/maximus/evt/ai-proxy/chat-completed");
      service.publish("ruche/azoth/reply/other/1");
      for (String topic : topics) {
        assertTrue(service.publish(topic));
      }
      await().atMost(Duration.ofSeconds(5)).until(() -> client.received().size() >= 3);
      assertEquals(topics, client.received());
    }
  }

  @Test
  void letsADeviceUseItsOwnTopicsOnly() throws Exception {
    try (KeyClient device = connected(key("koff", "thermometer", Kind.DEVICE))) {
      assertTrue(device.publish("ruche/koff/dev/thermometer/tele"));
      assertTrue(device.subscribe("ruche/koff/dev/thermometer/#"));
      assertFalse(device.publish("ruche/koff/dev/other/tele"));
      assertFalse(device.publish("ruche/koff/cmd/thermometer/ai-proxy/chat"));
      assertFalse(device.subscribe("ruche/koff/evt/#"));
    }
  }

  @Test
  void endsTheSessionsOfARemovedKeyWithinASecond() throws Exception {
    ApiKey key = key("azoth", "leaked", Kind.CLIENT);
    Secret plain = provisioned(key);
    try (KeyClient first = KeyClient.connect(broker.port(), key, plain);
        KeyClient second = KeyClient.connect(broker.port(), key, plain)) {
      Future<Void> removal = accounts.remove(key);
      await()
          .pollInterval(Duration.ofMillis(5))
          .atMost(Duration.ofSeconds(1))
          .until(() -> !first.isConnected() && !second.isConnected());
      removal.await(5, TimeUnit.SECONDS);
    }
    assertThrows(Mqtt5ConnAckException.class, () -> KeyClient.connect(broker.port(), key, plain));
    assertFalse(names("clients", "username").contains(key.mqttUser()));
    assertFalse(names("roles", "rolename").contains("ruche/azoth.leaked/" + key.id()));
  }

  @Test
  void removesWhatIsNotThere() throws Exception {
    ApiKey never = key("azoth", "never", Kind.CLIENT);
    accounts.remove(never).await(5, TimeUnit.SECONDS);
    accounts.remove(never).await(5, TimeUnit.SECONDS);
  }

  @Test
  void givesANameToANewKeyAndLeavesItThere() throws Exception {
    ApiKey old = key("azoth", "again", Kind.CLIENT);
    Secret oldPlain = provisioned(old);
    ApiKey fresh = key("azoth", "again", Kind.DEVICE);
    Secret freshPlain = provisioned(fresh);

    accounts.remove(old).await(5, TimeUnit.SECONDS);

    assertThrows(
        Mqtt5ConnAckException.class, () -> KeyClient.connect(broker.port(), old, oldPlain));
    try (KeyClient client = KeyClient.connect(broker.port(), fresh, freshPlain)) {
      assertTrue(client.publish("ruche/azoth/dev/again/tele"));
      assertFalse(client.publish("ruche/azoth/cmd/again/ai-proxy/chat"));
    }
  }

  @Test
  void leavesNoRoleOfAReplacedKey() throws Exception {
    ApiKey old = key("azoth", "replaced", Kind.CLIENT);
    provisioned(old);
    ApiKey fresh = key("azoth", "replaced", Kind.CLIENT);
    provisioned(fresh);
    assertEquals(
        List.of("ruche/azoth.replaced/" + fresh.id()),
        names("roles", "rolename").stream()
            .filter(name -> name.startsWith("ruche/azoth.replaced/"))
            .toList());
  }

  @Test
  void mayMakeTheSameAccountAgain() throws Exception {
    ApiKey key = key("azoth", "repeated", Kind.CLIENT);
    Secret plain = provisioned(key);
    accounts.provision(key, plain).await(5, TimeUnit.SECONDS);
    accounts.provision(key, plain).await(5, TimeUnit.SECONDS);
    try (KeyClient client = KeyClient.connect(broker.port(), key, plain)) {
      assertTrue(client.publish("ruche/azoth/cmd/repeated/ai-proxy/chat"));
    }
  }

  @Test
  void keepsAccountsOverAKillOfTheBroker() throws Exception {
    ApiKey key = key("azoth", "lasting", Kind.CLIENT);
    Secret plain = provisioned(key);
    broker.kill();
    broker.launch();
    try (KeyClient client = KeyClient.connect(broker.port(), key, plain)) {
      assertTrue(client.publish("ruche/azoth/cmd/lasting/ai-proxy/chat"));
      assertFalse(client.subscribe("#"));
    }
    accounts.remove(key).await(5, TimeUnit.SECONDS);
    assertThrows(Mqtt5ConnAckException.class, () -> KeyClient.connect(broker.port(), key, plain));
  }

  @Test
  void neverRemovesANewerKeyWhileSeveralProcessesRemoveTheOldOne() throws Exception {
    Vertx other = Vertx.vertx();
    MosquittoAccounts others = new MosquittoAccounts(other, broker.adminUrl());
    try {
      for (int round = 0; round < 30; round++) {
        ApiKey old = key("azoth", "contended", Kind.CLIENT);
        provisioned(old);
        ApiKey fresh = key("azoth", "contended", Kind.CLIENT);
        Secret plain = KeyFormat.generate();
        Future.all(others.remove(old), accounts.provision(fresh, plain), others.remove(old))
            .await(10, TimeUnit.SECONDS);
        KeyClient.connect(broker.port(), fresh, plain).close();
      }
    } finally {
      other.close().await(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void makesManyAccountsAtOnce() throws Exception {
    List<ApiKey> keys =
        IntStream.range(0, 20).mapToObj(i -> key("koff", "many-" + i, Kind.CLIENT)).toList();
    Future.all(keys.stream().map(key -> accounts.provision(key, KeyFormat.generate())).toList())
        .await(10, TimeUnit.SECONDS);
    assertTrue(
        names("clients", "username").containsAll(keys.stream().map(ApiKey::mqttUser).toList()));
  }

  @Test
  void removesTheAccountsOfEndedKeysAndNoOthers() throws Exception {
    ApiKey ended = key("azoth", "ended", Kind.CLIENT);
    ApiKey live = key("azoth", "live", Kind.CLIENT);
    provisioned(ended);
    provisioned(live);
    broker.administer("createClient", "azoth.by-hand", "-p", "secret");
    Set<Long> asked = new HashSet<>();

    accounts
        .removeEnded(
            ids -> {
              asked.addAll(ids);
              return Future.succeededFuture(List.of(ended));
            })
        .await(20, TimeUnit.SECONDS);

    assertTrue(asked.containsAll(Set.of(ended.id(), live.id())));
    List<String> users = names("clients", "username");
    assertFalse(users.contains(ended.mqttUser()));
    assertTrue(
        users.containsAll(List.of(live.mqttUser(), "azoth.by-hand", SecuredMosquitto.ADMIN)));
  }

  @Test
  void letsNoClientTakeTheSessionOfAService() throws Exception {
    ApiKey key = key("azoth", "thief", Kind.CLIENT);
    Secret plain = provisioned(key);
    try (KeyClient service = service("ruche-ai-proxy");
        KeyClient thief =
            KeyClient.connect(
                broker.clientPort(), key.mqttUser(), plain.value(), "ruche-ai-proxy")) {
      assertTrue(thief.publish("ruche/azoth/cmd/thief/ai-proxy/chat"));
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> service.received().contains("ruche/azoth/cmd/thief/ai-proxy/chat"));
      assertTrue(service.isConnected());
    }
  }

  @Test
  void saysThatTheAccountIsNotLetIn() {
    assertFailure("does not let in the account nobody", broker.url("nobody", "wrong"));
  }

  @Test
  void saysThatTheAccountNeedsTheAdminRole() throws Exception {
    broker.administer("createClient", "powerless", "-p", "secret");
    assertFailure("needs the plugin's admin role", broker.url("powerless", "secret"));
  }

  @Test
  void failsInTimeWhenTheBrokerIsAway() throws Exception {
    URI nowhere = URI.create("mqtt://admin:secret@127.0.0.1:" + Ports.free());
    long began = System.nanoTime();
    assertFailure("", nowhere);
    assertTrue(System.nanoTime() - began < 6_000_000_000L);
  }

  @Test
  void refusesAnAddressWithoutAnAccount() {
    URI anonymous = URI.create("mqtt://127.0.0.1:" + broker.port());
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> new MosquittoAccounts(vertx, anonymous));
    assertTrue(String.valueOf(refusal.getMessage()).contains("user:password@"));
  }

  private static void assertFailure(String message, URI url) {
    Exception failure =
        assertThrows(
            Exception.class,
            () ->
                new MosquittoAccounts(vertx, url)
                    .provision(key("azoth", "unmade", Kind.CLIENT), KeyFormat.generate())
                    .await(10, TimeUnit.SECONDS));
    assertTrue(String.valueOf(failure.getMessage()).contains(message), failure::toString);
  }

  private static ApiKey key(String tenant, String name, Kind kind) {
    return new ApiKey(
        IDS.incrementAndGet(),
        tenant,
        name,
        kind,
        Set.of(Scope.AI),
        Limits.NONE,
        Instant.now(),
        null,
        null);
  }

  private static Secret provisioned(ApiKey key) throws Exception {
    Secret plain = KeyFormat.generate();
    accounts.provision(key, plain).await(5, TimeUnit.SECONDS);
    return plain;
  }

  private static KeyClient connected(ApiKey key) throws Exception {
    return KeyClient.connect(broker.port(), key, provisioned(key));
  }

  /** A service with the account of docs/mosquitto.md, which receives all commands. */
  private static KeyClient service(String clientId) throws Exception {
    if (!names("clients", "username").contains("ruche")) {
      broker.administer("createRole", "ruche-services");
      for (String type :
          List.of("subscribePattern", "unsubscribePattern", "publishClientReceive")) {
        broker.administer("addRoleACL", "ruche-services", type, "ruche/+/cmd/#", "allow");
      }
      broker.administer("addRoleACL", "ruche-services", "publishClientSend", "ruche/#", "allow");
      broker.administer("createClient", "ruche", "-p", "service-password");
      broker.administer("addClientRole", "ruche", "ruche-services");
      broker.administer("addClientRole", "ruche", "admin");
    }
    KeyClient service = KeyClient.connect(broker.port(), "ruche", "service-password", clientId);
    assertTrue(service.subscribe("ruche/+/cmd/#"));
    return service;
  }

  private static List<String> names(String list, String field) throws Exception {
    JsonArray entries = broker.accounts().getJsonArray(list);
    return entries.stream().map(entry -> ((JsonObject) entry).getString(field)).toList();
  }
}
