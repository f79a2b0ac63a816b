package io.ruche.bus.faults;

import io.ruche.testing.JavaProcess;
import io.ruche.testing.Ports;
import io.ruche.testing.Signals;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** One process of {@link FaultService}. */
final class ServiceProcess {

  /** Enough for a broker's window of the largest bodies. */
  private static final String HEAP = "1g";

  private final int httpPort;
  private final Process process;

  private ServiceProcess(int httpPort, Process process) {
    this.httpPort = httpPort;
    this.process = process;
  }

  static ServiceProcess start(Path folder, String redis, URI broker, int streamEntries)
      throws IOException {
    int port = Ports.free();
    return new ServiceProcess(
        port,
        JavaProcess.start(
            FaultService.class,
            folder.resolve("service.log"),
            List.of("-Dvertx.disableDnsResolver=true", "-Xmx" + HEAP),
            List.of(
                redis,
                broker.toString(),
                folder.resolve("effects").toString(),
                Integer.toString(streamEntries),
                Integer.toString(port))));
  }

  int httpPort() {
    return httpPort;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void awaitEnd() throws InterruptedException {
    process.waitFor();
  }

  /** kill -9 */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** SIGTERM, and waits for the end. */
  void leave() {
    process.destroy();
    process.onExit().join();
  }

  void pause() {
    Signals.pause(process);
  }

  void resume() {
    Signals.resume(process);
  }
}
