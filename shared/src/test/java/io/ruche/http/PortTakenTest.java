package io.ruche.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.http.port.PortTaken;
import io.ruche.metrics.Metrics;
import io.ruche.metrics.Tracing;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PortTakenTest {

  private final Vertx vertx = Vertx.vertx();
  private final Metrics metrics = new Metrics("test");

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
    metrics.close();
  }

  @Test
  void namesThePortTheHolderAndTheSetting() throws Exception {
    try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HttpApi api = api("ai-proxy", "127.0.0.1", holder.getLocalPort());

      PortTaken taken =
          assertThrows(PortTaken.class, () -> api.start().await(10, TimeUnit.SECONDS));

      assertEquals(
          "port "
              + holder.getLocalPort()
              + " on 127.0.0.1 is taken by process "
              + ProcessHandle.current().pid()
              + " (java); stop it, or choose another port with port in ai-proxy.yaml",
          taken.getMessage());
    }
  }

  @Test
  void refusesToShareAPortWithinTheProcess() throws Exception {
    int port = freePort();
    api("ai-proxy", "127.0.0.1", port).start().await(10, TimeUnit.SECONDS);
    HttpApi second = api("embed-service", "127.0.0.1", port);

    PortTaken taken =
        assertThrows(PortTaken.class, () -> second.start().await(10, TimeUnit.SECONDS));

    assertTrue(taken.toString().contains("taken by ai-proxy in this same process"));
  }

  @Test
  void saysThatTheMachineHasNoSuchAddress() throws Exception {
    HttpApi api = api("ai-proxy", "192.0.2.1", freePort());

    PortTaken taken = assertThrows(PortTaken.class, () -> api.start().await(10, TimeUnit.SECONDS));

    assertTrue(taken.toString().contains("this machine has no address 192.0.2.1"));
    assertTrue(taken.toString().contains("RUCHE_BIND"));
  }

  private HttpApi api(String name, String host, int port) {
    return new HttpApi(
        vertx,
        name,
        RunningApi.SHORT.at(host),
        new HttpApi.Port(port, "port in ai-proxy.yaml"),
        metrics,
        Tracing.off(),
        routes -> routes.on(HttpMethod.GET, "/", ctx -> ctx.end("ok")));
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
