package io.ruche.aiproxy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.gateway.Terms;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.config.Config;
import io.ruche.config.ConfigException;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings in force: those of {@code ai-proxy.yaml} as it was last found to be right. The file
 * is looked at every second; what is right in it replaces the settings at once and as a whole, what
 * is wrong is told once with all its problems, and changes nothing.
 */
public final class Settings implements Lifecycle {

  /** Settings and what is made of them, never changed, so that nobody sees half of a change. */
  public record InForce(AiProxyConfig config, Terms terms) {}

  private static final Logger log = LoggerFactory.getLogger(Settings.class);
  private static final long EVERY_MILLIS = 1_000;

  /** A file that has just changed may still be in the middle of being written. */
  private static final long AGAIN_MILLIS = 200;

  private static final int MOST_BYTES = 512 * 1024;
  private static final String MISSING = "\0missing";

  private final Vertx vertx;
  private final @Nullable Path file;
  private final Supplier<AiProxyConfig> reader;
  private final List<Consumer<InForce>> listeners = new CopyOnWriteArrayList<>();
  private volatile InForce inForce;
  private volatile boolean rejected;
  private volatile boolean stopped;

  /** The content that was last taken or refused, and one that was seen once; of the worker. */
  private @Nullable String judged;

  private @Nullable String candidate;

  private Settings(
      Vertx vertx, @Nullable Path file, Supplier<AiProxyConfig> reader, AiProxyConfig first) {
    this.vertx = vertx;
    this.file = file;
    this.reader = reader;
    this.inForce = new InForce(first, first.terms());
  }

  /** The settings of a file, followed from {@link #start} on. */
  public static Settings following(Vertx vertx, Config all, MeterRegistry registry) {
    Settings settings =
        new Settings(
            vertx,
            all.file(AiProxyConfig.class),
            () -> all.reread(AiProxyConfig.class),
            all.get(AiProxyConfig.class));
    Gauge.builder("ruche_ai_proxy_rejected_settings", settings, s -> s.rejected ? 1 : 0)
        .description("1 while ai-proxy.yaml has mistakes and older settings are in force")
        .tag("service", "ai-proxy")
        .register(registry);
    return settings;
  }

  /** Settings that stay as they are. */
  public static Settings fixed(Vertx vertx, AiProxyConfig config) {
    return new Settings(vertx, null, () -> config, config);
  }

  /** The settings now, and what is made of them. */
  InForce inForce() {
    return inForce;
  }

  /** The settings now. */
  public AiProxyConfig current() {
    return inForce.config();
  }

  /** The providers and routes now. */
  public Catalog catalog() {
    return inForce.terms().catalog();
  }

  /** What requests are dealt with by now. */
  public Terms terms() {
    return inForce.terms();
  }

  /** Whether the file has mistakes, so that older settings are in force. */
  public boolean rejected() {
    return rejected;
  }

  /** Calls the listener after each change, on a worker thread. It must not fail. */
  public void onChange(Consumer<InForce> listener) {
    listeners.add(listener);
  }

  @Override
  public Future<Void> start() {
    if (file != null) {
      vertx.setTimer(EVERY_MILLIS, id -> look(file));
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    stopped = true;
    return Future.succeededFuture();
  }

  private void look(Path at) {
    if (!stopped) {
      vertx
          .executeBlocking(() -> settled(at), false)
          .otherwise(
              failure -> {
                log.warn("{} was not looked at: {}", at, failure.getMessage());
                return true;
              })
          .onSuccess(
              settled -> vertx.setTimer(settled ? EVERY_MILLIS : AGAIN_MILLIS, id -> look(at)));
    }
  }

  /** Whether there is nothing to look at again soon. A change counts once it was seen twice. */
  private boolean settled(Path at) {
    String now = content(at);
    if (now.equals(judged)) {
      candidate = null;
    } else if (now.equals(candidate)) {
      judge(now);
    } else {
      candidate = now;
      return false;
    }
    return true;
  }

  private static String content(Path at) {
    try {
      return Files.size(at) > MOST_BYTES
          ? "\0too long: " + Files.getLastModifiedTime(at)
          : Files.readString(at, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return MISSING;
    } catch (IOException e) {
      return "\0unreadable: " + e.getMessage();
    }
  }

  private void judge(String content) {
    boolean gone = content.equals(MISSING) && judged != null;
    judged = content;
    candidate = null;
    if (gone) {
      reject("ai-proxy.yaml is gone.");
      return;
    }
    AiProxyConfig next;
    try {
      next = reader.get();
    } catch (ConfigException wrong) {
      reject(String.valueOf(wrong.getMessage()));
      return;
    }
    boolean mended = rejected;
    rejected = false;
    if (!next.equals(inForce.config())) {
      use(next);
    } else if (mended) {
      log.info("ai-proxy.yaml is right again; nothing has changed");
    }
  }

  private void reject(String why) {
    rejected = true;
    log.error("The last good settings of ai-proxy stay in force. {}", why);
  }

  private void use(AiProxyConfig next) {
    List<String> later = needingRestart(inForce.config(), next);
    InForce made = new InForce(next, next.terms());
    inForce = made;
    listeners.forEach(listener -> listener.accept(made));
    log.info("ai-proxy.yaml has changed and is in force");
    if (!later.isEmpty()) {
      log.warn("ai-proxy needs a restart for: {}", String.join(", ", later));
    }
  }

  private static List<String> needingRestart(AiProxyConfig before, AiProxyConfig after) {
    List<String> names = new ArrayList<>();
    if (before.port() != after.port()) {
      names.add("port");
    }
    if (before.managementPort() != after.managementPort()) {
      names.add("management-port");
    }
    if (!before.ledger().equals(after.ledger())) {
      names.add("ledger");
    }
    if (!before.limits().zone().equals(after.limits().zone())) {
      names.add("limits.zone");
    }
    if (!before.commandTimeout().equals(after.commandTimeout())) {
      names.add("command-timeout");
    }
    if (before.queue().concurrency() != after.queue().concurrency()) {
      names.add("queue.concurrency");
    }
    return names;
  }
}
