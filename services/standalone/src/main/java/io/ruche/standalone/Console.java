package io.ruche.standalone;

import io.ruche.backbone.Backbone;
import io.ruche.backbone.Service;
import io.ruche.config.Config;
import io.ruche.lifecycle.Dependency;
import io.ruche.standalone.stores.EmbeddedStores;
import io.ruche.standalone.stores.StoreUrls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What {@code up} shows: the addresses once, then each change of what the services need. */
final class Console {

  private static final long LOOK_MS = 50;
  private static final long WATCH_MS = 1_000;
  private static final long READY_BOUND_S = 60;

  private final Vertx vertx;
  private final Backbone backbone;
  private final EmbeddedStores stores;
  private Map<String, String> troubles = new TreeMap<>();

  Console(Vertx vertx, Backbone backbone, EmbeddedStores stores) {
    this.vertx = vertx;
    this.backbone = backbone;
    this.stores = stores;
  }

  /** Waits until all is ready; after a minute it goes on, and tells what is not. */
  void awaitReady() {
    try {
      untilReady().await(READY_BOUND_S, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      tellChanges();
    }
  }

  private Future<Void> untilReady() {
    return look().isEmpty()
        ? Future.succeededFuture()
        : vertx.timer(LOOK_MS).compose(ignored -> untilReady());
  }

  /** What keeps services from being ready: the need and its trouble. */
  private Map<String, String> look() {
    Map<String, String> found = new TreeMap<>();
    backbone
        .readinesses()
        .forEach(
            (service, readiness) ->
                readiness
                    .report()
                    .dependencies()
                    .forEach(
                        (name, state) -> {
                          if (state.state() == Dependency.State.DOWN) {
                            found.put(service + ": " + name, state.detail());
                          }
                        }));
    return found;
  }

  void show(List<Service> services, Config config, Duration took) {
    StoreUrls urls = stores.urls();
    StringBuilder text = new StringBuilder();
    for (Service service : services) {
      text.append(line(service.name(), "http://127.0.0.1:" + service.port(config)));
    }
    text.append(line("mqtt", StoreUrls.shown(urls.mqtt())))
        .append(line("redis", StoreUrls.shown(urls.redis())))
        .append(line("hot redis", StoreUrls.shown(urls.hotRedis())))
        .append(line("postgres", StoreUrls.shown(urls.postgres())))
        .append(line("s3", StoreUrls.shown(urls.s3().url())))
        .append(line("admin key", stores.data().root().resolve("admin.key").toString()));
    System.out.print(text);
    System.out.printf("Ready after %.1f s.%n", took.toMillis() / 1000.0);
    System.out.flush();
    vertx.setPeriodic(WATCH_MS, ignored -> tellChanges());
  }

  private static String line(String name, String value) {
    return "%-10s %s%n".formatted(name, value);
  }

  private void tellChanges() {
    Map<String, String> now = look();
    now.forEach(
        (need, trouble) -> {
          if (!troubles.containsKey(need)) {
            System.err.println(time() + " DOWN " + need + ": " + trouble);
          }
        });
    troubles
        .keySet()
        .forEach(
            need -> {
              if (!now.containsKey(need)) {
                System.err.println(time() + " back " + need);
              }
            });
    troubles = now;
  }

  private static Instant time() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }
}
