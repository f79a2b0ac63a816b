package io.ruche.standalone.broker;

import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import io.ruche.standalone.machine.StartFailure;
import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * HiveMQ CE in this process, on 127.0.0.1, with its sessions and queues on the disk.
 *
 * <p>A client id belongs to the user that connected with it: inside the broker it is {@code
 * USER/ID}, so that nobody takes over another's session, its subscriptions or its queue by naming
 * it.
 */
public final class EmbeddedHiveMq {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(30);

  /**
   * HiveMQ spreads its data over this many files of each kind; half the default of 64 opens them
   * faster, and more than the disk threads it has is of no use. Part of the data's format: never
   * change it.
   */
  private static final int BUCKETS = 16;

  private static final int SHUTDOWN_GRACE_MILLIS = 200;

  private final URI url;
  private final Path folder;
  private final String config;
  private final BrokerLimits limits;
  private final BrokerExtension extension;
  private final DroppedMessages dropped;
  private @Nullable EmbeddedHiveMQ broker;

  /**
   * Nothing runs before {@link #start()}.
   *
   * @param folder everything the broker keeps
   * @param password of the account {@code ruche}, which may do everything below {@code ruche/}
   * @param onDrop told of messages that the broker dropped, at most once a second
   */
  public EmbeddedHiveMq(
      Path folder,
      int port,
      BrokerLimits limits,
      String password,
      BrokerAccess access,
      Consumer<DroppedMessages.Drop> onDrop) {
    this.url =
        URI.create("mqtt://%s:%s@127.0.0.1:%d".formatted(BrokerExtension.SERVICE, password, port));
    this.folder = folder;
    this.limits = limits;
    this.config = config(port, limits);
    this.extension = new BrokerExtension(password, access);
    this.dropped = new DroppedMessages(onDrop);
  }

  /** Starts it and waits until it accepts connections. */
  public void start() {
    // HiveMQ puts a handler for the whole JVM that ends the process.
    UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    try {
      EmbeddedHiveMQ built = build();
      broker = built;
      dropped.start();
      await(built.start(), START, "start");
    } catch (IOException e) {
      throw new StartFailure("The MQTT broker cannot use %s: %s".formatted(folder, e), e);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(handler);
    }
    if (!extension.isStarted()) {
      throw new StartFailure("The MQTT broker runs without its access rules; its log says why.");
    }
  }

  /** Disconnects the clients and closes the data; their sessions are kept. */
  public void stop() {
    if (broker != null) {
      await(broker.stop(), STOP, "stop");
      dropped.stop();
    }
  }

  /** {@code mqtt://ruche:PASSWORD@127.0.0.1:PORT}: the account of Ruche's own services. */
  public URI url() {
    return url;
  }

  /**
   * Ends every session of a user, live or away, with its subscriptions and its queue; for a key
   * that was revoked.
   *
   * @param reason shown to an MQTT 5 client that is connected
   * @return completes with the number of sessions ended
   */
  public CompletionStage<Integer> endSessions(String username, String reason) {
    return extension.endSessions(username, reason);
  }

  /** Messages that the broker dropped since it started, for whatever reason. */
  public long droppedMessages() {
    return dropped.total();
  }

  private EmbeddedHiveMQ build() throws IOException {
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Path data = Files.createDirectories(folder.resolve("data"));
    Path extensions = Files.createDirectories(folder.resolve("extensions"));
    Files.writeString(conf.resolve("config.xml"), config);
    InternalConfigurations.PERSISTENCE_BUCKET_COUNT.set(BUCKETS);
    InternalConfigurations.PAYLOAD_PERSISTENCE_BUCKET_COUNT.set(BUCKETS);
    InternalConfigurations.MAX_INFLIGHT_WINDOW_SIZE_MESSAGES = limits.maxInFlight();
    InternalConfigurations.PERSISTENCE_SHUTDOWN_GRACE_PERIOD_MSEC.set(SHUTDOWN_GRACE_MILLIS);
    InternalConfigurations.JMX_REPORTER_ENABLED.set(false);
    EmbeddedHiveMQ built =
        EmbeddedHiveMQ.builder()
            .withConfigurationFolder(conf)
            .withDataFolder(data)
            .withExtensionsFolder(extensions)
            .withEmbeddedExtension(
                EmbeddedExtension.builder()
                    .withId("ruche")
                    .withName("Ruche")
                    .withVersion("1")
                    .withAuthor("Ruche")
                    .withPriority(0)
                    .withStartPriority(1000)
                    .withExtensionMain(extension)
                    .build())
            .withoutLoggingBootstrap()
            .build();
    // The builder opens it to everybody when no authenticator is there.
    InternalConfigurations.AUTH_DENY_UNAUTHENTICATED_CONNECTIONS.set(true);
    return built;
  }

  private static void await(CompletableFuture<Void> change, Duration bound, String what) {
    try {
      change.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new StartFailure("The MQTT broker could not %s: %s".formatted(what, e.getCause()), e);
    } catch (TimeoutException e) {
      throw new StartFailure(
          "The MQTT broker did not %s within %d s".formatted(what, bound.toSeconds()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("interrupted at the broker's " + what, e);
    }
  }

  private static String config(int port, BrokerLimits limits) {
    return """
    <?xml version="1.0"?>
    <!-- Written at every start; changes here are lost. -->
    <hivemq xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
      <listeners>
        <tcp-listener>
          <port>%d</port>
          <bind-address>127.0.0.1</bind-address>
          <name>mqtt</name>
        </tcp-listener>
      </listeners>
      <mqtt>
        <packets>
          <max-packet-size>%d</max-packet-size>
        </packets>
        <queued-messages>
          <max-queue-size>%d</max-queue-size>
          <strategy>discard</strategy>
        </queued-messages>
        <receive-maximum>
          <server-receive-maximum>%d</server-receive-maximum>
        </receive-maximum>
        <session-expiry>
          <max-interval>4294967295</max-interval>
        </session-expiry>
        <message-expiry>
          <max-interval>4294967296</max-interval>
        </message-expiry>
        <topic-alias>
          <enabled>true</enabled>
          <max-per-client>16</max-per-client>
        </topic-alias>
      </mqtt>
      <restrictions>
        <max-connections>%d</max-connections>
        <max-client-id-length>1024</max-client-id-length>
        <max-topic-length>1024</max-topic-length>
      </restrictions>
      <persistence>
        <mode>file</mode>
      </persistence>
      <anonymous-usage-statistics>
        <enabled>false</enabled>
      </anonymous-usage-statistics>
    </hivemq>
    """
        .formatted(
            port,
            limits.maxPacketBytes(),
            limits.maxQueuedMessages(),
            limits.maxInFlight(),
            limits.maxConnections());
  }
}
