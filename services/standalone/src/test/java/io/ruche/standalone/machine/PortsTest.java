package io.ruche.standalone.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.standalone.machine.Ports.Wanted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void namesEveryTakenPortItsHolderAndTheWayOut() throws IOException {
    try (ServerSocket first = listen(InetAddress.getLoopbackAddress());
        ServerSocket everywhere = listen(InetAddress.getByName("0.0.0.0"))) {
      StartFailure refused =
          assertThrows(
              StartFailure.class,
              () ->
                  Ports.requireFree(
                      List.of(
                          new Wanted("Redis", first.getLocalPort(), "set RUCHE_REDIS_PORT"),
                          new Wanted("S3", everywhere.getLocalPort(), "set RUCHE_S3_PORT"))));
      assertEquals(2, refused.problems().size(), refused.getMessage());
      String problem = refused.problems().getFirst();
      assertTrue(
          problem.startsWith("Port %d (Redis) is taken by pid ".formatted(first.getLocalPort())),
          problem);
      assertTrue(problem.contains("pid " + ProcessHandle.current().pid() + " ("), problem);
      assertTrue(problem.endsWith("Stop that, or set RUCHE_REDIS_PORT."), problem);
    }
  }

  @Test
  void refusesTheSamePortTwice() throws IOException {
    int port;
    try (ServerSocket socket = listen(InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    StartFailure refused =
        assertThrows(
            StartFailure.class,
            () ->
                Ports.requireFree(
                    List.of(new Wanted("Redis", port, "a"), new Wanted("S3", port, "b"))));
    assertTrue(refused.getMessage().contains("asked for twice"), refused.getMessage());
  }

  private static ServerSocket listen(InetAddress address) throws IOException {
    return new ServerSocket(0, 1, address);
  }
}
