package io.ruche.standalone.cli;

import io.ruche.auth.KeyStore;
import io.ruche.backbone.BackboneConfig;
import io.ruche.backbone.EventLoops;
import io.ruche.config.SecretUri;
import io.ruche.lifecycle.Dependency;
import io.ruche.standalone.Settings;
import io.ruche.store.Postgres;
import io.ruche.store.PostgresConfig;
import io.ruche.store.PostgresUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ruche migrate}: for databases where the services themselves may not change their schemas.
 */
@Command(
    name = "migrate",
    description =
        "Brings the schemas of all services up to date, as the user in RUCHE_POSTGRES_URL.")
public final class MigrateCommand implements Callable<Integer> {

  private static final long LOOK_MS = 100;
  private static final long CLOSE_S = 10;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long to wait for PostgreSQL and the migrations; ${DEFAULT-VALUE}.")
  private int wait;

  @Override
  public Integer call() throws TimeoutException {
    SecretUri url = Settings.load().get(BackboneConfig.class).postgres().url();
    if (url == null) {
      throw CliFailure.usage("Set RUCHE_POSTGRES_URL; ./ruche up migrates its own database.");
    }
    List<String> schemas =
        Stream.concat(
                Stream.of(KeyStore.SCHEMA),
                Settings.SERVICES.stream().flatMap(service -> service.schemas().stream()))
            .distinct()
            .toList();
    Vertx vertx = EventLoops.start();
    Postgres postgres =
        new Postgres(
            vertx, PostgresUrl.parse(url.value().toString()), PostgresConfig.defaults(), schemas);
    try {
      postgres.start().compose(started -> untilUp(vertx, postgres)).await(wait, TimeUnit.SECONDS);
      System.out.println(String.join(" ", schemas));
      return 0;
    } catch (TimeoutException late) {
      throw new CliFailure("not migrated within " + wait + " s: " + postgres.state().detail());
    } finally {
      postgres.stop().await(CLOSE_S, TimeUnit.SECONDS);
      vertx.close().await(CLOSE_S, TimeUnit.SECONDS);
    }
  }

  private static Future<Void> untilUp(Vertx vertx, Postgres postgres) {
    return postgres.state().state() == Dependency.State.UP
        ? Future.succeededFuture()
        : vertx.timer(LOOK_MS).compose(look -> untilUp(vertx, postgres));
  }
}
