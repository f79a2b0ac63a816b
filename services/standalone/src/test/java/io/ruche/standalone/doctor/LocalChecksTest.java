package io.ruche.standalone.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.config.Config;
import io.ruche.standalone.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalChecksTest {

  private static final List<String> STORES =
      List.of(
          "RUCHE_MQTT_PORT",
          "RUCHE_REDIS_PORT",
          "RUCHE_HOT_REDIS_PORT",
          "RUCHE_POSTGRES_PORT",
          "RUCHE_S3_PORT");

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  /** Ports that nobody has, and a provider. */
  @BeforeEach
  void good() throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    for (String variable : STORES) {
      environment.put(variable, String.valueOf(free(held)));
    }
    for (String service : List.of("ai-proxy", "embed-service")) {
      Files.writeString(folder.resolve(service + ".yaml"), "port: " + free(held) + "\n");
    }
    for (ServerSocket socket : held) {
      socket.close();
    }
    environment.put("OLLAMA_URL", "http://127.0.0.1:11434");
  }

  private static int free(List<ServerSocket> held) throws IOException {
    ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    held.add(socket);
    return socket.getLocalPort();
  }

  @Test
  void findsNothingWhereAllIsWell() throws IOException {
    assertEquals(List.of(), look(folder.resolve("data"), 0));
  }

  @Test
  void listsEveryMistakeOfTheSettings() throws IOException {
    environment.put("RUCHE_MQTT_PORT", "many");
    environment.put("RUCHE_S3_PORT", "some");

    List<Finding> found = look(folder.resolve("data"), 0);

    assertEquals(Set.of("settings.wrong"), ids(found));
    assertTrue(found.size() >= 2, found::toString);
  }

  @Test
  void advisesAProvider() throws IOException {
    environment.remove("OLLAMA_URL");

    assertEquals(Set.of("settings.no-provider"), ids(look(folder.resolve("data"), 0)));
  }

  @Test
  void namesATakenPortAndItsHolder() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      environment.put("RUCHE_REDIS_PORT", String.valueOf(taken.getLocalPort()));

      List<Finding> found = look(folder.resolve("data"), 0);

      assertEquals(Set.of("port.taken"), ids(found));
      assertEquals("port " + taken.getLocalPort(), found.getFirst().where());
      assertTrue(
          found.getFirst().what().contains("pid " + ProcessHandle.current().pid()),
          found::toString);
    }
  }

  @Test
  void needsADataFolderThatCanBe() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertEquals(Set.of("data.not-writable"), ids(look(file.resolve("data"), 0)));
  }

  @Test
  void needsRoomForAFreshDataFolderOnly() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));

    assertEquals(Set.of("data.no-room"), ids(look(folder.resolve("data"), Long.MAX_VALUE)));
    assertEquals(List.of(), look(there, Long.MAX_VALUE));
  }

  private List<Finding> look(Path data, long leastBytes) throws IOException {
    return new LocalChecks(
            () -> Config.load(folder, environment, Settings.files(), Set.of()),
            environment,
            data,
            leastBytes)
        .look();
  }

  private static Set<String> ids(List<Finding> found) {
    return Set.copyOf(found.stream().map(Finding::id).distinct().toList());
  }
}
