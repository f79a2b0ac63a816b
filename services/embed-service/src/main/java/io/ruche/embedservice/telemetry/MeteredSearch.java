package io.ruche.embedservice.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.query.Searching;
import io.ruche.embedservice.search.Mode;
import io.ruche.embedservice.search.SearchRequest;
import io.ruche.embedservice.search.SearchResult;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Locale;

/**
 * Searches, and measures how long it takes: from the query to the passages, its vector included.
 */
public final class MeteredSearch implements Searching {

  private final Searching searching;
  private final MeterRegistry registry;

  /** Registers the meters. */
  public MeteredSearch(Searching searching, MeterRegistry registry) {
    this.searching = searching;
    this.registry = registry;
    for (Mode mode : Mode.values()) {
      timer(mode, "ok");
    }
  }

  @Override
  public Future<SearchResult> search(Space space, SearchRequest request) {
    long began = System.nanoTime();
    return searching
        .search(space, request)
        .onComplete(
            found ->
                timer(request.mode(), found.succeeded() ? "ok" : result(found.cause()))
                    .record(Duration.ofNanos(System.nanoTime() - began)));
  }

  private static String result(Throwable failure) {
    return failure instanceof Failure told && told.status() < 500 ? "refused" : "failed";
  }

  private Timer timer(Mode mode, String result) {
    return Timer.builder("ruche_embed_search_seconds")
        .description("Searches, from the query to the passages")
        .tag("mode", mode.name().toLowerCase(Locale.ROOT))
        .tag("result", result)
        .serviceLevelObjectives(Buckets.ANSWER)
        .register(registry);
  }
}
