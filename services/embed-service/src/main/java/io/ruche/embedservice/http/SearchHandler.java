package io.ruche.embedservice.http;

import io.ruche.bus.JobState;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.query.HitsJson;
import io.ruche.embedservice.query.QueryReader;
import io.ruche.embedservice.query.Searching;
import io.ruche.embedservice.search.SearchRequest;
import io.ruche.http.Failure;
import io.ruche.http.openapi.OpenApi;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/collections/{collection}/search}. */
final class SearchHandler implements Handler<RoutingContext> {

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Searching searching;
  private final Function<Space, Future<Void>> refresh;
  private final Jobs jobs;

  /**
   * @param refresh completes once searches of a collection see all that was indexed before
   */
  SearchHandler(Searching searching, Function<Space, Future<Void>> refresh, Jobs jobs) {
    this.searching = searching;
    this.refresh = refresh;
    this.jobs = jobs;
  }

  @Override
  public void handle(RoutingContext ctx) {
    Space space = DocumentHandlers.space(ctx);
    JsonObject asked = OpenApi.json(ctx);
    long began = System.nanoTime();
    SearchRequest request = QueryReader.read(asked);
    after(ctx, space, asked.getString("after"))
        .compose(ready -> searching.search(space, request))
        .onSuccess(
            found ->
                Answers.send(
                    ctx,
                    200,
                    HitsJson.of(request.mode(), found)
                        .put("took_ms", (System.nanoTime() - began) / 1_000_000.0)))
        .onFailure(ctx::fail);
  }

  /** Reads one's own writes: waits until a job is done and searches see it. */
  private Future<Void> after(RoutingContext ctx, Space space, @Nullable String job) {
    if (job == null) {
      return Future.succeededFuture();
    }
    return jobs.ended(JobHandler.owner(ctx), job, LONGEST_WAIT, () -> ctx.response().closed())
        .compose(
            found -> {
              if (found == null) {
                throw Failure.unprocessable("after: no job '" + job + "' of this key is known.");
              }
              if (!found.state().isFinal()) {
                throw Failure.of(
                        504,
                        "job_unfinished",
                        "The job that the search was to wait for is not done",
                        "The job '"
                            + job
                            + "' is "
                            + found.state().word()
                            + " after "
                            + LONGEST_WAIT.toSeconds()
                            + " s; ask again, or search without after.")
                    .withRetryAfter(RETRY);
              }
              if (found.state() != JobState.DONE) {
                throw Failure.of(
                    409,
                    "job_failed",
                    "The job that the search was to wait for has failed",
                    "The job '" + job + "' is " + found.state().word() + ": " + found.reason());
              }
              return refresh.apply(space);
            });
  }
}
