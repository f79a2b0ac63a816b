package io.ruche.testing;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A real Mosquitto in a process of its own that can be killed and started again. */
public final class MosquittoProcess implements BrokerProcess {

  private final Path folder;
  private final int port;
  private Process process;

  private MosquittoProcess(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts an anonymous broker on a free port that writes everything to disk as it comes, which
   * bounds it to some hundred messages per second.
   */
  public static MosquittoProcess start() throws IOException {
    return start("autosave_interval 1\nautosave_on_changes true");
  }

  /** Starts an anonymous broker on a free port that is quick and loses all when it is killed. */
  public static MosquittoProcess startForgetful() throws IOException {
    return start("autosave_interval 1800");
  }

  private static MosquittoProcess start(String saving) throws IOException {
    MosquittoProcess broker = new MosquittoProcess(TestFolder.make("mosquitto"), Ports.free());
    Files.writeString(
        broker.folder.resolve("mosquitto.conf"),
        """
        listener %d 127.0.0.1
        allow_anonymous true
        user root
        persistence true
        persistence_location %s/
        %s
        max_inflight_messages 200
        max_queued_messages 1000000
        set_tcp_nodelay true
        """
            .formatted(broker.port, broker.folder, saving));
    broker.launch();
    return broker;
  }

  /** Whether there is a Mosquitto on this machine. */
  public static boolean isInstalled() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mosquitto")));
  }

  @Override
  public void launch() throws IOException {
    process =
        new ProcessBuilder("mosquitto", "-c", folder.resolve("mosquitto.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    Ports.awaitOpen(port);
  }

  @Override
  public URI url() {
    return URI.create("mqtt://127.0.0.1:" + port);
  }

  @Override
  public Process process() {
    return process;
  }

  @Override
  public void close() {
    kill();
    TestFolder.delete(folder);
  }
}
