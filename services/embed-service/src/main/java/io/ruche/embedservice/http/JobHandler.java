package io.ruche.embedservice.http;

import io.ruche.auth.ApiKey;
import io.ruche.auth.web.KeyHandler;
import io.ruche.bus.Receipt;
import io.ruche.http.Failure;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** {@code GET /v1/jobs/{id}}, and what is answered to those who have made a job. */
final class JobHandler implements Handler<RoutingContext> {

  private final Jobs jobs;

  JobHandler(Jobs jobs) {
    this.jobs = jobs;
  }

  static Jobs.Owner owner(RoutingContext ctx) {
    ApiKey key = KeyHandler.keyOf(ctx);
    return new Jobs.Owner(key.tenant(), key.name());
  }

  @Override
  public void handle(RoutingContext ctx) {
    Jobs.Owner owner = owner(ctx);
    String id = ctx.pathParam("id");
    jobs.ended(owner, id, Answers.wait(ctx), () -> ctx.response().closed())
        .compose(
            job -> {
              if (job == null) {
                throw Failure.notFound(
                    "No job '" + id + "' of this key is known; jobs are remembered for a day.");
              }
              return jobs.json(owner, job);
            })
        .onSuccess(json -> Answers.send(ctx, 200, json))
        .onFailure(ctx::fail);
  }

  /** Answers with the job: 202 at once, or 200 when it has ended within the wait. */
  void accepted(RoutingContext ctx, Receipt receipt, JsonObject about) {
    Duration wait = Answers.wait(ctx);
    if (wait.isZero()) {
      accepted(ctx, about.put("job", receipt.id()).put("state", "queued"), receipt);
      return;
    }
    Jobs.Owner owner = owner(ctx);
    jobs.ended(owner, receipt.id(), wait, () -> ctx.response().closed())
        .onComplete(
            (job, failure) -> {
              if (job == null || !job.state().isFinal()) {
                String state = job == null ? "queued" : job.state().word();
                accepted(ctx, about.put("job", receipt.id()).put("state", state), receipt);
              } else {
                ctx.response().putHeader("Preference-Applied", "wait=" + wait.toSeconds());
                jobs.json(owner, job)
                    .onSuccess(json -> Answers.send(ctx, 200, json))
                    .onFailure(ctx::fail);
              }
            });
  }

  private static void accepted(RoutingContext ctx, JsonObject json, Receipt receipt) {
    ctx.response().putHeader(HttpHeaders.LOCATION, "/v1/jobs/" + receipt.id());
    Answers.send(ctx, 202, json);
  }
}
