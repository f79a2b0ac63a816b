package io.ruche.standalone;

import io.micrometer.core.instrument.FunctionCounter;
import io.ruche.auth.BrokerAccounts;
import io.ruche.backbone.Backbone;
import io.ruche.backbone.BackboneConfig;
import io.ruche.backbone.EventLoops;
import io.ruche.backbone.Service;
import io.ruche.backbone.Stores;
import io.ruche.backbone.TenantAccounts;
import io.ruche.config.Config;
import io.ruche.config.Secret;
import io.ruche.config.SecretUri;
import io.ruche.lifecycle.LifecycleSequence;
import io.ruche.standalone.broker.BrokerLimits;
import io.ruche.standalone.broker.EmbeddedHiveMq;
import io.ruche.standalone.cli.CliFailure;
import io.ruche.standalone.stores.EmbeddedStores;
import io.ruche.standalone.stores.StoreSettings;
import io.ruche.standalone.stores.StoreUrls;
import io.ruche.store.S3Address;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ruche up}: every service in this process, with embedded stores where none are given. */
@Command(
    name = "up",
    description = {
      "Starts everything in one process, with an embedded store for each that has no URL,",
      "prints the addresses, and then tells what changes. Ctrl-C stops it."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the options
public final class UpCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);
  private static final Duration BOUND = Duration.ofSeconds(90);

  @Option(
      names = "--only",
      split = ",",
      description = "Only these services; all of them without it.")
  private @Nullable List<String> only;

  @Option(names = "--data", description = "Where the embedded stores keep their data; ./data.")
  private @Nullable Path data;

  @Override
  public Integer call() throws TimeoutException, InterruptedException {
    List<Service> services = chosen();
    Config config = Settings.load();
    BackboneConfig common = config.get(BackboneConfig.class);
    StandaloneConfig own = config.get(StandaloneConfig.class);
    KeyedAccess access = new KeyedAccess();
    EmbeddedStores stores =
        EmbeddedStores.start(settings(common, own), access, System.err::println);
    Vertx vertx = EventLoops.start();
    LifecycleSequence process = new LifecycleSequence(BOUND, BOUND);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop(process, vertx, stores);
                  stopped.countDown();
                },
                "stop"));
    Stores urls = urls(stores.urls(), common.s3());
    BrokerAccounts accounts = TenantAccounts.of(vertx, common, urls.mqtt());
    Backbone.Host self = new Backbone.Host("standalone", stores.data().root(), services);
    Backbone backbone = new Backbone(vertx, common, urls, self, accounts);
    access.use(backbone.keyRing());
    endSessionsOfStoppedKeys(backbone, stores);
    stores.broker().ifPresent(broker -> countDrops(backbone, broker));
    process.then("backbone", backbone);
    for (Service service : services) {
      process.then(service.name(), service.create(backbone, config));
    }
    Console console = new Console(vertx, backbone, stores);
    try {
      process.start().await(BOUND.toMillis(), TimeUnit.MILLISECONDS);
      console.awaitReady();
      new LocalKey(stores.data().root(), backbone.keyStore(), backbone.keyRing(), accounts)
          .ensure()
          .await(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RuntimeException failure) {
      throw new CliFailure("Ruche cannot start: " + failure.getMessage());
    }
    console.show(services, config, sinceStart());
    stopped.await();
    return 0;
  }

  private List<Service> chosen() {
    List<String> names = only;
    if (names == null) {
      return Settings.SERVICES;
    }
    List<String> known = Settings.SERVICES.stream().map(Service::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw CliFailure.usage("There is no service '" + name + "'; there are " + known + ".");
      }
    }
    return Settings.SERVICES.stream().filter(service -> names.contains(service.name())).toList();
  }

  private StoreSettings settings(BackboneConfig common, StandaloneConfig own) {
    return new StoreSettings(
        data == null ? own.data() : data,
        own.ports().stores(),
        new StoreSettings.Given(
            value(common.mqtt().url()),
            value(common.redis().url()),
            value(common.hotRedis().url()),
            value(common.postgres().url()),
            s3(common.s3())),
        BrokerLimits.defaults(),
        StoreSettings.RedisMemory.ofThisMachine());
  }

  private static @Nullable URI value(@Nullable SecretUri url) {
    return url == null ? null : url.value();
  }

  private static StoreUrls.@Nullable S3 s3(BackboneConfig.S3 given) {
    SecretUri url = given.url();
    return url == null || given.accessKey() == null || given.secretKey() == null
        ? null
        : new StoreUrls.S3(url.value(), given.accessKey().value(), given.secretKey().value());
  }

  private static Stores urls(StoreUrls urls, BackboneConfig.S3 s3) {
    return new Stores(
        new SecretUri(urls.mqtt()),
        new SecretUri(urls.redis()),
        new SecretUri(urls.hotRedis()),
        new SecretUri(urls.postgres()),
        new S3Address(
            urls.s3().url(),
            new Secret(urls.s3().accessKey()),
            new Secret(urls.s3().secretKey()),
            s3.region(),
            s3.bucket()));
  }

  private static void endSessionsOfStoppedKeys(Backbone backbone, EmbeddedStores stores) {
    backbone
        .keyRing()
        .onRevoked(
            key ->
                stores
                    .broker()
                    .ifPresent(
                        broker ->
                            broker
                                .endSessions(key.mqttUser(), "the key is not live any more")
                                .thenAccept(
                                    ended ->
                                        LOG.info("{}: ended {} sessions", key.mqttUser(), ended))));
  }

  private static void countDrops(Backbone backbone, EmbeddedHiveMq broker) {
    FunctionCounter.builder(
            "ruche_broker_dropped_messages_total", broker, EmbeddedHiveMq::droppedMessages)
        .description("Messages that the embedded broker dropped, for whatever reason")
        .register(backbone.metrics().registry());
  }

  private static Duration sinceStart() {
    return Duration.ofMillis(
        System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  private static void stop(LifecycleSequence process, Vertx vertx, EmbeddedStores stores) {
    System.err.println("Stopping: what is in hand is finished first.");
    try {
      process.stop().await(BOUND.toMillis(), TimeUnit.MILLISECONDS);
      vertx.close().await(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RuntimeException failure) {
      System.err.println("Not all stopped as it should: " + failure.getMessage());
    }
    stores.close();
  }
}
