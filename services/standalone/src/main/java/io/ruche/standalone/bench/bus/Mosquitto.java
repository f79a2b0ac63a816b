package io.ruche.standalone.bench.bus;

import io.ruche.standalone.bench.process.FreePort;
import io.ruche.standalone.machine.ChildProcess;
import io.ruche.standalone.machine.ChildProcess.Progress;
import io.ruche.standalone.machine.OnPath;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A Mosquitto of the benchmark's own, when one is installed. */
final class Mosquitto {

  private static final Duration START = Duration.ofSeconds(10);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final ChildProcess process;
  private final Path config;
  private final int port;

  Mosquitto(Path folder) throws IOException {
    port = FreePort.find();
    config = folder.resolve("mosquitto.conf");
    Files.writeString(
        config,
        """
        listener %d 127.0.0.1
        allow_anonymous true
        user %s
        persistence true
        persistence_location %s/
        max_inflight_messages 1000
        max_queued_messages 1000000
        set_tcp_nodelay true
        """
            .formatted(port, System.getProperty("user.name"), folder.toAbsolutePath()));
    process = new ChildProcess("mosquitto", folder.resolve("mosquitto.log"), () -> {});
  }

  /** Debian puts it where only root's PATH looks. */
  static Optional<Path> installed() {
    return OnPath.find("mosquitto")
        .or(
            () ->
                Stream.of("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto")
                    .map(Path::of)
                    .filter(Files::isExecutable)
                    .findFirst());
  }

  void start(Path binary) {
    process.start(
        List.of(binary.toString(), "-c", config.toString()),
        () -> FreePort.answers(port) ? Progress.READY : Progress.STARTING,
        START,
        START);
  }

  URI url() {
    return URI.create("mqtt://127.0.0.1:" + port);
  }

  ChildProcess process() {
    return process;
  }

  void stop() {
    process.stop(STOP);
  }
}
