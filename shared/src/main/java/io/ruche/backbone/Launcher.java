package io.ruche.backbone;

import io.ruche.auth.BrokerAccounts;
import io.ruche.config.Config;
import io.ruche.config.ConfigException;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.lifecycle.LifecycleSequence;
import io.ruche.logging.LogFormat;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one service as a process of its own, with stores that run elsewhere. */
public final class Launcher {

  private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
  private static final Duration BOUND = Duration.ofSeconds(90);

  private Launcher() {}

  /**
   * Starts the service and keeps the process until it is told to end; exits with 1 if it cannot.
   */
  public static void run(Service service) {
    try {
      start(service, System.getenv());
    } catch (ConfigException | IllegalArgumentException wrong) {
      LOG.error("{}", wrong.getMessage());
      System.exit(1);
    } catch (TimeoutException | RuntimeException failure) {
      LOG.error("{} cannot start: {}", service.name(), failure.getMessage(), failure);
      System.exit(1);
    }
  }

  private static void start(Service service, Map<String, String> env) throws TimeoutException {
    LogFormat.of(env.get(LogFormat.VARIABLE));
    String folder = Config.variable(env, "RUCHE_CONFIG");
    Config config =
        Config.load(
            Path.of(folder == null ? "configs" : folder),
            env,
            Map.of("backbone", BackboneConfig.class, service.name(), service.config()),
            Set.of("RUCHE_CONFIG", "RUCHE_DATA", LogFormat.VARIABLE));
    BackboneConfig common = config.get(BackboneConfig.class);
    Vertx vertx = EventLoops.start();
    Stores stores = Stores.of(common);
    BrokerAccounts accounts = TenantAccounts.of(vertx, common, stores.mqtt());
    String data = Config.variable(env, "RUCHE_DATA");
    Backbone.Host self =
        new Backbone.Host(service.name(), Path.of(data == null ? "data" : data), List.of(service));
    Backbone backbone = new Backbone(vertx, common, stores, self, accounts);
    Lifecycle process =
        new LifecycleSequence(BOUND, BOUND)
            .then("backbone", backbone)
            .then(service.name(), service.create(backbone, config));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, vertx), "stop"));
    process.start().await(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    LOG.info("{} is ready", service.name());
  }

  private static void stop(Lifecycle process, Vertx vertx) {
    try {
      process.stop().await(BOUND.toMillis(), TimeUnit.MILLISECONDS);
      vertx.close().await(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RuntimeException failure) {
      LOG.warn("not stopped cleanly: {}", failure.getMessage());
    }
  }
}
