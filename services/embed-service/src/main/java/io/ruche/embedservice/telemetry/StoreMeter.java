package io.ruche.embedservice.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.embedservice.registry.DocumentTable;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.lifecycle.Rounds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks once a minute at how much is kept, and where. What is not known yet is NaN. */
public final class StoreMeter implements Lifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(StoreMeter.class);
  private static final Rounds.Times TIMES =
      new Rounds.Times(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(5));
  private static final String POSTGRES = "postgres";

  private final Vertx vertx;
  private final Rounds rounds;
  private final DocumentTable documents;
  private final Map<String, Path> folders;
  private final Map<String, Long> bytes = new ConcurrentHashMap<>();
  private volatile DocumentTable.@Nullable Sizes sizes;

  /**
   * Registers the meters.
   *
   * @param folders by the name of what is in them
   */
  public StoreMeter(
      Vertx vertx, DocumentTable documents, Map<String, Path> folders, MeterRegistry registry) {
    this.vertx = vertx;
    this.rounds =
        new Rounds(
            vertx,
            TIMES,
            this::look,
            away -> LOG.debug("sizes are not known: {}", away.getMessage()));
    this.documents = documents;
    this.folders = new TreeMap<>(folders);
    Gauge.builder("ruche_embed_stored_documents", () -> of(DocumentTable.Sizes::documents))
        .description("Documents in PostgreSQL; from 100,000 on about so many")
        .register(registry);
    Gauge.builder("ruche_embed_stored_chunks", () -> of(DocumentTable.Sizes::chunks))
        .description("Chunks in PostgreSQL; from 100,000 on about so many")
        .register(registry);
    Gauge.builder("ruche_embed_stored_bytes", () -> of(DocumentTable.Sizes::bytes))
        .description("Bytes on disk")
        .tag("store", POSTGRES)
        .register(registry);
    for (String name : this.folders.keySet()) {
      Gauge.builder("ruche_embed_stored_bytes", () -> inFolder(name))
          .description("Bytes on disk")
          .tag("store", name)
          .register(registry);
    }
  }

  private double of(ToDoubleFunction<DocumentTable.Sizes> what) {
    DocumentTable.Sizes now = sizes;
    return now == null ? Double.NaN : what.applyAsDouble(now);
  }

  private double inFolder(String name) {
    Long now = bytes.get(name);
    return now == null ? Double.NaN : now;
  }

  @Override
  public Future<Void> start() {
    return rounds.start();
  }

  @Override
  public Future<Void> stop() {
    return rounds.stop();
  }

  private Future<Void> look() {
    return vertx
        .executeBlocking(
            () -> {
              for (Map.Entry<String, Path> folder : folders.entrySet()) {
                bytes.put(folder.getKey(), bytesIn(folder.getValue()));
              }
              return null;
            },
            false)
        .compose(seen -> documents.sizes())
        .map(
            now -> {
              sizes = now;
              return null;
            });
  }

  /** Files that go meanwhile are left out. */
  private static long bytesIn(Path folder) throws IOException {
    long[] sum = {0};
    if (Files.exists(folder)) {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sum[0] += attributes.size();
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException gone) {
              return FileVisitResult.CONTINUE;
            }
          });
    }
    return sum[0];
  }
}
