package io.ruche.standalone.stores;

import io.ruche.standalone.broker.BrokerAccess;
import io.ruche.standalone.broker.DroppedMessages;
import io.ruche.standalone.broker.EmbeddedHiveMq;
import io.ruche.standalone.machine.DataFolder;
import io.ruche.standalone.machine.LeftOvers;
import io.ruche.standalone.machine.Ports;
import io.ruche.standalone.machine.Ports.Wanted;
import io.ruche.standalone.machine.StartFailure;
import io.ruche.standalone.stores.EmbeddedRedis.Role;
import io.ruche.standalone.stores.StoreSettings.Given;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stores that run with the standalone mode: each that has no URL of its own, all started at
 * once, with their data below one folder.
 */
public final class EmbeddedStores implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStores.class);
  private static final Duration BOUND = Duration.ofMinutes(15);
  private static final String RUNNING = "running.properties";

  private final DataFolder data;
  private final List<Part> parts = new ArrayList<>();
  private final Map<String, Duration> times = new ConcurrentSkipListMap<>();
  private @Nullable EmbeddedHiveMq broker;
  private @Nullable StoreUrls urls;

  /** An embedded store: start blocks until it serves, stop does nothing when it never started. */
  private record Part(String name, Runnable start, Runnable stop) {}

  private EmbeddedStores(DataFolder data) {
    this.data = data;
  }

  /**
   * Takes the data folder, stops what a killed instance left running, checks the ports, and starts
   * the stores. Blocks until all serve; when one cannot, those that did are stopped again.
   *
   * @param access who may connect to the embedded broker; asked only once it runs
   * @param say one line for each thing that its user should know, for standard error
   * @throws StartFailure with all that is wrong
   */
  public static EmbeddedStores start(
      StoreSettings settings, BrokerAccess access, Consumer<String> say) {
    EmbeddedStores stores = new EmbeddedStores(DataFolder.open(settings.data()));
    try {
      stores.startAll(settings, access, say);
      return stores;
    } catch (StartFailure e) {
      stores.close();
      throw e;
    }
  }

  /** The URLs of the instance that runs on this folder; empty when none does. */
  public static Optional<StoreUrls> running(Path folder) {
    if (DataFolder.owner(folder).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(StoreUrls.read(folder.resolve(RUNNING)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Where the stores are, embedded or given. */
  public StoreUrls urls() {
    if (urls == null) {
      throw new IllegalStateException("the stores are not started");
    }
    return urls;
  }

  /** How long each embedded store took to serve, by name. */
  public Map<String, Duration> times() {
    return Map.copyOf(times);
  }

  /** The embedded broker, for revocations; empty when another one is used. */
  public Optional<EmbeddedHiveMq> broker() {
    return Optional.ofNullable(broker);
  }

  /** The folder, held until {@link #close()}. */
  public DataFolder data() {
    return data;
  }

  /** Stops every embedded store, all at once, and gives the folder up. */
  @Override
  public void close() {
    try {
      each(part -> part.stop().run());
      Files.deleteIfExists(data.root().resolve(RUNNING));
    } catch (StartFailure | IOException e) {
      LOG.warn("A store did not stop as it should: {}", e.getMessage());
    } finally {
      data.close();
    }
  }

  private void startAll(StoreSettings settings, BrokerAccess access, Consumer<String> say) {
    StorePorts ports = settings.ports();
    Given given = settings.given();
    LeftOvers.stop(data, say);
    Ports.requireFree(wanted(ports, given));

    URI mqtt = given.mqtt() == null ? addBroker(settings, access) : given.mqtt();
    URI redis =
        given.redis() == null
            ? addRedis(Role.BUS, ports.redis(), settings.memory().bus())
            : given.redis();
    URI hotRedis =
        given.hotRedis() == null
            ? addRedis(Role.HOT, ports.hotRedis(), settings.memory().hot())
            : given.hotRedis();
    URI postgres = given.postgres() == null ? addPostgres(ports.postgres()) : given.postgres();
    StoreUrls.S3 s3 = given.s3() == null ? addS3(ports.s3()) : given.s3();

    each(this::startTimed);
    urls = new StoreUrls(mqtt, redis, hotRedis, postgres, s3);
    try {
      urls.write(data.root().resolve(RUNNING));
    } catch (IOException e) {
      throw new StartFailure("Cannot write %s/%s: %s".formatted(data.root(), RUNNING, e), e);
    }
  }

  private URI addBroker(StoreSettings settings, BrokerAccess access) {
    EmbeddedHiveMq embedded =
        new EmbeddedHiveMq(
            data.folder("hivemq"),
            settings.ports().mqtt(),
            settings.broker(),
            data.secret("mqtt.password"),
            access,
            EmbeddedStores::warnOfDrop);
    broker = embedded;
    parts.add(new Part("mqtt", embedded::start, embedded::stop));
    return embedded.url();
  }

  private URI addRedis(Role role, int port, long maxMemory) {
    EmbeddedRedis redis = new EmbeddedRedis(data, role, port, maxMemory);
    parts.add(new Part(role.folder(), redis::start, redis::stop));
    return redis.url();
  }

  private URI addPostgres(int port) {
    EmbeddedPostgres postgres = new EmbeddedPostgres(data, port);
    parts.add(new Part("postgres", postgres::start, postgres::stop));
    return postgres.url();
  }

  private StoreUrls.S3 addS3(int port) {
    EmbeddedS3 s3 = new EmbeddedS3(data, port);
    parts.add(new Part("s3", s3::start, s3::stop));
    return s3.address();
  }

  private void startTimed(Part part) {
    long began = System.nanoTime();
    part.start().run();
    times.put(part.name(), Duration.ofNanos(System.nanoTime() - began));
  }

  /** Does this with all of them at once, and waits for all, also when one fails. */
  private void each(Consumer<Part> step) {
    List<String> problems = new ArrayList<>();
    // Threads of the system: what they do is loading classes, which would hold up virtual ones.
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("stores-", 0).factory())) {
      Map<Part, Future<?>> running = new LinkedHashMap<>();
      parts.forEach(part -> running.put(part, threads.submit(() -> step.accept(part))));
      running.forEach((part, future) -> await(part, future, problems));
    }
    if (!problems.isEmpty()) {
      throw new StartFailure(problems);
    }
  }

  private static void await(Part part, Future<?> future, List<String> problems) {
    try {
      future.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StartFailure failure) {
        problems.addAll(failure.problems());
      } else {
        LOG.error("store={} failed", part.name(), e.getCause());
        problems.add(part.name() + ": " + e.getCause());
      }
    } catch (TimeoutException e) {
      future.cancel(true);
      problems.add("%s took longer than %d min".formatted(part.name(), BOUND.toMinutes()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problems.add("interrupted while waiting for " + part.name());
    }
  }

  private static void warnOfDrop(DroppedMessages.Drop drop) {
    LOG.warn(
        "The MQTT broker dropped messages: count={} receiver={} reason={}",
        drop.count(),
        drop.receiver(),
        drop.reason());
  }

  private static List<Wanted> wanted(StorePorts ports, Given given) {
    List<Wanted> wanted = new ArrayList<>();
    want(wanted, given.mqtt(), "the MQTT broker", ports.mqtt(), "MQTT");
    want(wanted, given.redis(), "Redis for the bus", ports.redis(), "REDIS");
    want(wanted, given.hotRedis(), "Redis for limits", ports.hotRedis(), "HOT_REDIS");
    want(wanted, given.postgres(), "PostgreSQL", ports.postgres(), "POSTGRES");
    want(wanted, given.s3(), "S3", ports.s3(), "S3");
    return wanted;
  }

  private static void want(
      List<Wanted> wanted, @Nullable Object given, String purpose, int port, String variable) {
    if (given == null) {
      wanted.add(
          new Wanted(
              purpose,
              port,
              "set RUCHE_%s_PORT to another port, or RUCHE_%s_URL to one that already runs"
                  .formatted(variable, variable)));
    }
  }
}
