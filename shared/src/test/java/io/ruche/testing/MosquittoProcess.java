package io.ruche.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real Mosquitto in a process of its own that can be killed and started again. */
public final class MosquittoProcess implements AutoCloseable {

  private final Path folder;
  private final int port;
  private Process process;

  private MosquittoProcess(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Starts an anonymous broker with persistence on a free port. */
  public static MosquittoProcess start() throws IOException {
    MosquittoProcess broker =
        new MosquittoProcess(Files.createTempDirectory("mosquitto"), Ports.free());
    Files.writeString(
        broker.folder.resolve("mosquitto.conf"),
        """
        listener %d 127.0.0.1
        allow_anonymous true
        user root
        persistence true
        persistence_location %s/
        autosave_interval 1
        autosave_on_changes true
        max_inflight_messages 200
        max_queued_messages 0
        """
            .formatted(broker.port, broker.folder));
    broker.launch();
    return broker;
  }

  /** Starts it again on the same port and data. */
  public void launch() throws IOException {
    process =
        new ProcessBuilder("mosquitto", "-c", folder.resolve("mosquitto.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    Ports.awaitOpen(port);
  }

  public URI url() {
    return URI.create("mqtt://127.0.0.1:" + port);
  }

  /** kill -9 */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
