package io.ruche.testing;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A real Mosquitto with the dynamic-security plugin, set up as docs/mosquitto.md says, that can be
 * killed and started again.
 */
public final class SecuredMosquitto implements AutoCloseable {

  /** The plugin's administrator. */
  public static final String ADMIN = "admin";

  private static final String PASSWORD = "admin-password-of-a-test";
  private static final long BOUND_S = 20;

  private final MosquittoInstallation installation;
  private final Path folder;
  private final int port;
  private final int clientPort;
  private Process process;

  private SecuredMosquitto(
      MosquittoInstallation installation, Path folder, int port, int clientPort) {
    this.installation = installation;
    this.folder = folder;
    this.port = port;
    this.clientPort = clientPort;
  }

  /** Starts a broker that has only its administrator. */
  public static SecuredMosquitto start() throws IOException, InterruptedException {
    SecuredMosquitto broker =
        new SecuredMosquitto(
            MosquittoInstallation.find().orElseThrow(),
            TestFolder.make("mosquitto"),
            Ports.free(),
            Ports.free());
    Path accounts = broker.folder.resolve("accounts.json");
    broker.control(List.of(), List.of("init", accounts.toString(), ADMIN, PASSWORD));
    Files.writeString(
        broker.folder.resolve("mosquitto.conf"),
        """
        per_listener_settings false
        allow_anonymous false
        plugin %s
        plugin_opt_config_file %s
        listener %d 127.0.0.1
        listener %d 127.0.0.1
        use_username_as_clientid true
        user root
        persistence true
        persistence_location %s/
        max_inflight_messages 200
        max_queued_messages 1000000
        max_packet_size 1114112
        set_tcp_nodelay true
        """
            .formatted(
                broker.installation.plugin(),
                accounts,
                broker.port,
                broker.clientPort,
                broker.folder));
    broker.launch();
    return broker;
  }

  /** Starts it again on the same ports and data. */
  public void launch() throws IOException {
    process =
        new ProcessBuilder(
                installation.broker().toString(), "-c", folder.resolve("mosquitto.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    Ports.awaitOpen(port);
  }

  /** Runs {@code mosquitto_ctrl dynsec} as the administrator. */
  public void administer(String... command) throws IOException, InterruptedException {
    List<String> connection =
        List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-u", ADMIN, "-P", PASSWORD);
    control(connection, List.of(command));
  }

  /** The broker's address with its administrator's account. */
  public URI adminUrl() {
    return url(ADMIN, PASSWORD);
  }

  public URI url(String user, String password) {
    return URI.create("mqtt://" + user + ":" + password + "@127.0.0.1:" + port);
  }

  /** Where services connect, whose client ids are their own choice. */
  public int port() {
    return port;
  }

  /** Where a client's id is its user name, whatever it asks for. */
  public int clientPort() {
    return clientPort;
  }

  /** What the plugin has on disk. */
  public JsonObject accounts() throws IOException {
    return new JsonObject(Files.readString(folder.resolve("accounts.json")));
  }

  /** kill -9 */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
    TestFolder.delete(folder);
  }

  private void control(List<String> connection, List<String> command)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Objects.requireNonNull(installation.control()).toString());
    line.addAll(connection);
    line.add("dynsec");
    line.addAll(command);
    Process control =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    if (!control.waitFor(BOUND_S, TimeUnit.SECONDS) || control.exitValue() != 0) {
      throw new IOException("mosquitto_ctrl failed: " + Files.readString(folder.resolve("log")));
    }
  }
}
