package io.ruche.embedservice.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.ingest.parts.Parsing;
import io.ruche.embedservice.parse.wire.ParseFailure;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Parses, and measures how long it takes and why it fails. */
public final class MeteredParsing implements Parsing {

  private final Parsing parsing;
  private final MeterRegistry registry;

  /**
   * Registers the meters.
   *
   * @param parsing fails with {@link ParseFailure}
   */
  public MeteredParsing(Parsing parsing, MeterRegistry registry) {
    this.parsing = parsing;
    this.registry = registry;
    timer("ok");
  }

  @Override
  public Future<ParsedText> parse(Path file, String contentType, String name) {
    long began = System.nanoTime();
    return parsing
        .parse(file, contentType, name)
        .onComplete(
            parsed ->
                timer(parsed.succeeded() ? "ok" : result(parsed.cause()))
                    .record(Duration.ofNanos(System.nanoTime() - began)));
  }

  private static String result(Throwable failure) {
    return failure instanceof ParseFailure unread
        ? unread.reason().name().toLowerCase(Locale.ROOT)
        : "failed";
  }

  private Timer timer(String result) {
    return Timer.builder("ruche_embed_parse_seconds")
        .description("Parsing of files, by how it ended")
        .tag("result", result)
        .serviceLevelObjectives(Buckets.WORK)
        .register(registry);
  }
}
