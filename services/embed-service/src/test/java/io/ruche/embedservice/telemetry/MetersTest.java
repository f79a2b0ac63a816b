package io.ruche.embedservice.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.ingest.parts.Parsing;
import io.ruche.embedservice.parse.wire.ParseFailure;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MetersTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void parsingIsMeasuredByWhyItFailed() {
    List<Future<ParsedText>> ends =
        List.of(
            Future.succeededFuture(new ParsedText("", List.of(), List.of(), "", List.of())),
            Future.failedFuture(new ParseFailure(ParseFailure.Cause.ENCRYPTED, "A password.")),
            Future.failedFuture(new ParseFailure(ParseFailure.Cause.ENCRYPTED, "A password.")),
            Future.failedFuture(new IllegalStateException("odd")));
    ends.forEach(
        end -> {
          Parsing metered = new MeteredParsing((file, type, name) -> end, registry);
          Future<ParsedText> parsed = metered.parse(Path.of("x"), "text/plain", "x");
          assertEquals(end.cause(), parsed.cause());
        });

    assertEquals(1, parsed("ok"));
    assertEquals(2, parsed("encrypted"));
    assertEquals(1, parsed("failed"));
  }

  private long parsed(String result) {
    return registry.get("ruche_embed_parse_seconds").tag("result", result).timer().count();
  }

  @Test
  void reasonsAreBounded() {
    IngestionMeter meter = new IngestionMeter(registry);
    for (int i = 0; i < 1_000; i++) {
      try (IngestionMeter.Run run = meter.begin(Instant.now(), 1)) {
        run.failed("made-up-" + i);
      }
    }

    assertEquals(
        51, registry.get("ruche_embed_documents_total").tag("result", "failed").counters().size());
    assertEquals(
        950, registry.get("ruche_embed_documents_total").tag("reason", "other").counter().count());
  }
}
