package io.ruche.standalone.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.standalone.machine.ChildProcess;
import io.ruche.standalone.machine.DataFolder;
import io.ruche.standalone.machine.LeftOvers;
import io.ruche.standalone.machine.StartFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledStoresIT {
  @TempDir Path temp;

  @AfterEach
  void leaveNothingRunning() {
    LeftOvers.find(temp.resolve("data").toAbsolutePath()).forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void areStoppedByTheNextStartWhichSaysSoAndFindsTheirData() throws Exception {
    Path data = temp.resolve("data");
    StorePorts ports = StoresForTests.freePorts();
    Process killed = otherInstance(data, ports);
    StoreUrls urls = EmbeddedStores.running(data).orElseThrow();
    RedisTalk.ask(urls.redis(), "SET kept bus");

    StartFailure refused =
        assertThrows(
            StartFailure.class,
            () ->
                EmbeddedStores.start(
                        StoresForTests.processes(data, ports),
                        new StoresForTests.Nobody(),
                        line -> {})
                    .close());
    assertTrue(
        refused.getMessage().contains("already running as pid " + killed.pid() + " since "),
        refused.getMessage());

    killed.destroyForcibly();
    assertTrue(killed.waitFor(10, TimeUnit.SECONDS));
    assertEquals(3, LeftOvers.find(data.toRealPath().resolve("bin")).size());

    List<String> said = new CopyOnWriteArrayList<>();
    try (EmbeddedStores stores =
        EmbeddedStores.start(
            StoresForTests.processes(data, ports), new StoresForTests.Nobody(), said::add)) {
      assertEquals(3, said.size(), said.toString());
      assertTrue(said.stream().allMatch(line -> line.startsWith("Stopped ")), said.toString());
      assertEquals("bus", RedisTalk.ask(stores.urls().redis(), "GET kept").getFirst());
    }
    assertEquals(List.of(), LeftOvers.find(data.toRealPath().resolve("bin")));
  }

  @Test
  void areStartedAgainWhileTheInstanceRuns() throws IOException {
    StorePorts ports = StoresForTests.freePorts();
    try (DataFolder data = DataFolder.open(temp.resolve("data"))) {
      EmbeddedRedis redis =
          new EmbeddedRedis(data, EmbeddedRedis.Role.BUS, ports.redis(), 64 << 20);
      EmbeddedPostgres postgres = new EmbeddedPostgres(data, ports.postgres());
      try {
        redis.start();
        postgres.start();
        RedisTalk.ask(redis.url(), "SET kept bus");
        kill(redis.process());
        kill(postgres.process());
        Awaitility.await()
            .atMost(Duration.ofSeconds(10))
            .ignoreExceptions()
            .until(() -> RedisTalk.ask(redis.url(), "GET kept").equals(List.of("bus")));
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> postgres.isReady() && postgres.process().starts() == 2);
      } finally {
        redis.stop();
        postgres.stop();
      }
    }
  }

  private static void kill(ChildProcess process) {
    ProcessHandle.of(process.pid().orElseThrow()).orElseThrow().destroyForcibly();
  }

  private static Process otherInstance(Path data, StorePorts ports) throws IOException {
    List<String> command =
        Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StoresForTests.class.getName(),
                data.toString(),
                Integer.toString(ports.mqtt()),
                Integer.toString(ports.redis()),
                Integer.toString(ports.hotRedis()),
                Integer.toString(ports.postgres()),
                Integer.toString(ports.s3()))
            .toList();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = String.valueOf(output.readLine());
    assertTrue(line.startsWith("ready"), line);
    return process;
  }
}
