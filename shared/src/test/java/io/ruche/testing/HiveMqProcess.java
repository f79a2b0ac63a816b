package io.ruche.testing;

import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedHiveMQ;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real HiveMQ CE in a JVM of its own that can be killed and started again. */
public final class HiveMqProcess implements BrokerProcess {

  private final Path folder;
  private final int port;
  private Process process;

  private HiveMqProcess(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Starts a broker that lets everybody do everything, on a free port. */
  public static HiveMqProcess start() throws IOException {
    HiveMqProcess broker = new HiveMqProcess(TestFolder.make("hivemq"), Ports.free());
    broker.launch();
    return broker;
  }

  /** The broker's own program: {@code HiveMqProcess FOLDER PORT}. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(
        conf.resolve("config.xml"),
        """
          <?xml version="1.0"?>
          <hivemq xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
            <listeners>
              <tcp-listener>
                <port>%d</port><bind-address>127.0.0.1</bind-address><name>main</name>
              </tcp-listener>
            </listeners>
            <mqtt>
              <queued-messages>
                <max-queue-size>1000000</max-queue-size><strategy>discard</strategy>
              </queued-messages>
              <session-expiry><max-interval>4294967295</max-interval></session-expiry>
              <packets><max-packet-size>2097152</max-packet-size></packets>
              <receive-maximum><server-receive-maximum>1000</server-receive-maximum></receive-maximum>
            </mqtt>
            <persistence><mode>file</mode></persistence>
            <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
          </hivemq>
          """
            .formatted(Integer.parseInt(args[1])));
    InternalConfigurations.PERSISTENCE_BUCKET_COUNT.set(8);
    InternalConfigurations.PAYLOAD_PERSISTENCE_BUCKET_COUNT.set(8);
    InternalConfigurations.JMX_REPORTER_ENABLED.set(false);
    EmbeddedHiveMQ.builder()
        .withConfigurationFolder(conf)
        .withDataFolder(Files.createDirectories(folder.resolve("data")))
        .withExtensionsFolder(Files.createDirectories(folder.resolve("extensions")))
        .withoutLoggingBootstrap()
        .build()
        .start()
        .join();
  }

  @Override
  public void launch() throws IOException {
    process =
        JavaProcess.start(
            HiveMqProcess.class,
            folder.resolve("log"),
            // What its libraries unpack goes with it, however it ends.
            List.of("-Xmx512m", "-Djava.io.tmpdir=" + folder),
            List.of(folder.toString(), Integer.toString(port)));
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
