package io.ruche.standalone.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import io.ruche.standalone.machine.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoresIT {
  @TempDir Path temp;

  @Test
  void keepWhatTheyHoldAcrossARestart() throws Exception {
    Path data = temp.resolve("data");
    StoreSettings settings = StoresForTests.all(data, StoresForTests.freePorts());
    List<String> said = new ArrayList<>();
    try (EmbeddedStores stores =
        EmbeddedStores.start(settings, new StoresForTests.Nobody(), said::add)) {
      StoreUrls urls = stores.urls();
      assertEquals(
          Set.of("mqtt", "redis-bus", "redis-hot", "postgres", "s3"), stores.times().keySet());
      assertEquals(Optional.of(urls), EmbeddedStores.running(data));
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(data.resolve("running.properties"))));
      assertFalse(urls.toString().contains(urls.redis().getUserInfo()), urls.toString());
      refuseStrangers(urls);
      assertEquals("+OK", RedisTalk.ask(urls.redis(), "SET kept bus").getFirst());
      assertEquals("always", setting(urls.redis(), "appendfsync"));
      assertEquals("noeviction", setting(urls.redis(), "maxmemory-policy"));
      assertEquals("volatile-lru", setting(urls.hotRedis(), "maxmemory-policy"));
      assertEquals("on", sql(urls.postgres(), "SHOW fsync"));
      assertEquals("on", sql(urls.postgres(), "SHOW synchronous_commit"));
      sql(urls.postgres(), "CREATE TABLE kept AS SELECT 'rows' AS what; SELECT what FROM kept");
      assertEquals(200, SignedS3.send(urls.s3(), "PUT", "/bucket", "").statusCode());
      assertEquals(200, SignedS3.send(urls.s3(), "PUT", "/bucket/a/key", "object").statusCode());
      leaveAMessage(urls.mqtt());
    }
    assertEquals(Optional.empty(), EmbeddedStores.running(data));
    try (EmbeddedStores stores =
        EmbeddedStores.start(settings, new StoresForTests.Nobody(), said::add)) {
      StoreUrls urls = stores.urls();
      assertEquals("bus", RedisTalk.ask(urls.redis(), "GET kept").getFirst());
      assertEquals("rows", sql(urls.postgres(), "SELECT what FROM kept"));
      assertEquals("object", SignedS3.send(urls.s3(), "GET", "/bucket/a/key", "").body());
      assertEquals("left", messageLeft(urls.mqtt()));
    }
    assertEquals(List.of(), said, "nothing had to be stopped");
  }

  @Test
  void sayWhichPortIsTakenAndStartNothing() throws IOException {
    Path data = temp.resolve("data");
    StorePorts ports = StoresForTests.freePorts();
    try (ServerSocket taken =
        new ServerSocket(ports.postgres(), 1, InetAddress.getLoopbackAddress())) {
      StartFailure refused =
          assertThrows(
              StartFailure.class,
              () ->
                  EmbeddedStores.start(
                          StoresForTests.all(data, ports), new StoresForTests.Nobody(), line -> {})
                      .close());
      assertEquals(1, refused.problems().size(), refused.getMessage());
      String problem = refused.getMessage();
      assertTrue(
          problem.contains("Port " + taken.getLocalPort() + " (PostgreSQL) is taken by pid "),
          problem);
      assertTrue(problem.contains("RUCHE_POSTGRES_PORT"), problem);
      assertTrue(problem.contains("RUCHE_POSTGRES_URL"), problem);
    }
    assertFalse(Files.exists(data.resolve("postgres")));
    assertEquals(Optional.empty(), EmbeddedStores.running(data), "the folder is free again");
  }

  private static void refuseStrangers(StoreUrls urls) {
    assertThrows(
        SQLException.class,
        () ->
            DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:%d/ruche".formatted(urls.postgres().getPort()),
                    "ruche",
                    "wrong")
                .close());
    StoreUrls.S3 wrong = new StoreUrls.S3(urls.s3().url(), urls.s3().accessKey(), "0".repeat(48));
    try {
      assertEquals(403, SignedS3.send(wrong, "PUT", "/stranger", "").statusCode());
      URI unknown = URI.create("redis://:wrong@127.0.0.1:" + urls.redis().getPort());
      assertTrue(RedisTalk.ask(unknown, "PING").getFirst().startsWith("-NOAUTH"));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String setting(URI redis, String name) throws IOException {
    return RedisTalk.ask(redis, "CONFIG GET " + name).getFirst();
  }

  private static String sql(URI postgres, String statement) throws SQLException {
    String[] login = postgres.getUserInfo().split(":", 2);
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d%s"
                    .formatted(postgres.getPort(), postgres.getPath()),
                login[0],
                login[1]);
        Statement sent = connection.createStatement()) {
      boolean rows = sent.execute(statement);
      while (!rows) {
        rows = sent.getMoreResults();
      }
      try (ResultSet result = sent.getResultSet()) {
        assertTrue(result.next());
        return result.getString(1);
      }
    }
  }

  private static void leaveAMessage(URI mqtt) {
    Mqtt5BlockingClient client = client(mqtt);
    client.connectWith().cleanStart(false).sessionExpiryInterval(600).send();
    client.subscribeWith().topicFilter("ruche/koff/cmd/#").qos(MqttQos.AT_LEAST_ONCE).send();
    client.disconnectWith().sessionExpiryInterval(600).send();
    Mqtt5BlockingClient publisher = builder(mqtt).identifier("publisher").buildBlocking();
    publisher.connect();
    publisher
        .publishWith()
        .topic("ruche/koff/cmd/n8n/x/y")
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload("left".getBytes(StandardCharsets.UTF_8))
        .send();
    publisher.disconnect();
  }

  private static String messageLeft(URI mqtt) throws InterruptedException {
    Mqtt5BlockingClient client = client(mqtt);
    try (var received = client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connectWith().cleanStart(false).send();
      return new String(
          received.receive(10, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes(),
          StandardCharsets.UTF_8);
    } finally {
      client.disconnect();
    }
  }

  private static Mqtt5BlockingClient client(URI mqtt) {
    return builder(mqtt).identifier("ingress").buildBlocking();
  }

  private static Mqtt5ClientBuilder builder(URI mqtt) {
    String[] login = mqtt.getUserInfo().split(":", 2);
    return Mqtt5Client.builder()
        .serverHost(mqtt.getHost())
        .serverPort(mqtt.getPort())
        .simpleAuth()
        .username(login[0])
        .password(login[1].getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth();
  }
}
