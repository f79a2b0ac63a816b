package io.ruche.aiproxy.events;

import io.ruche.aiproxy.cache.Hit;
import io.ruche.aiproxy.gateway.Admitted;
import io.ruche.aiproxy.gateway.Ask;
import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.guard.Guard;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.aiproxy.routing.retry.RetryAfter;
import io.ruche.aiproxy.upstream.Completions;
import io.ruche.aiproxy.upstream.UpstreamReply;
import io.ruche.auth.ApiKey;
import io.ruche.bus.Command;
import io.ruche.bus.Outcome;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The requests that commands make. Each goes up when the provider's limits leave room beside
 * interactive requests. What passes by itself (a limit, an outage, a missing key) it waits out
 * without losing an attempt; what the provider refuses for good is dead.
 */
public final class QueuedRequests implements Asking {

  /** A limit of a key's may ask for hours; work that waits is looked at again before. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

  /** The completions end in time by themselves; this only catches that they do not. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  /** Limits, and another one's answer where the route keeps answers. */
  private static final long ADMISSION_BOUND_S = 25;

  private static final long SPREAD_MS = 5_000;

  private final Askers askers;
  private final Gateway gateway;
  private final Completions completions;
  private final Waiting waiting;
  private final Streaming streaming;
  private final long maxMillis;

  /**
   * Requests that go through a gateway.
   *
   * @param askers tells whose limits a command is held to
   * @param waiting tells when a command may go up
   * @param streaming sends pieces of an answer to those who want them
   * @param longest how long an answer may take, as {@code completions} holds it
   */
  public QueuedRequests(
      Askers askers,
      Gateway gateway,
      Completions completions,
      Waiting waiting,
      Streaming streaming,
      Duration longest) {
    this.askers = askers;
    this.gateway = gateway;
    this.completions = completions;
    this.waiting = waiting;
    this.streaming = streaming;
    this.maxMillis = longest.plus(SLACK).toMillis();
  }

  @Override
  public Outcome ask(Command command, String model, long tokens, Preparation preparation)
      throws TimeoutException {
    Waiting.Job job = waiting.job(command, model, tokens);
    Outcome notNow = job.goUp();
    if (notNow != null) {
      return notNow;
    }
    try {
      return send(command, job, preparation);
    } finally {
      job.notSent();
    }
  }

  private Outcome send(Command command, Waiting.Job job, Preparation preparation)
      throws TimeoutException {
    ApiKey key = askers.of(command.tenant(), command.client());
    ModelRequest request;
    Future<Admitted> admission;
    try {
      request = preparation.prepare();
      admission = gateway.admit(new Ask(key, Source.EVENT, command.id(), request));
    } catch (Failure refusal) {
      return refused(job, refusal);
    }
    Admitted admitted;
    try {
      admitted = admission.await(ADMISSION_BOUND_S, TimeUnit.SECONDS);
    } catch (Failure refusal) {
      return refused(job, refusal);
    } catch (TimeoutException late) {
      // It may be let in yet, with nobody there to send it.
      admission.onSuccess(Admitted::abandon);
      throw late;
    }
    Streaming.Pass pass = streaming.pass(command, request);
    boolean kept = admitted.cached() instanceof Hit;
    UpstreamReply reply =
        completions
            .complete(
                reader ->
                    kept ? admitted.send(pass.over(reader)) : job.send(admitted, pass.over(reader)),
                command.envelope().traceparent())
            .await(maxMillis, TimeUnit.MILLISECONDS);
    Judgement judgement = Judgement.of(reply);
    boolean seen = pass.finish();
    // An answer that was kept tells nothing of how the provider is.
    return kept && judgement instanceof Judgement.Done done
        ? new Outcome.Done(done.result(), List.of())
        : job.outcome(judgement, seen);
  }

  /**
   * A command over a limit of its key's waits for its turn, as it does while limits and ledger are
   * away, and loses no attempt.
   */
  private static Outcome refused(Waiting.Job job, Failure refusal) {
    Duration told = RetryAfter.parse(refusal.headers().get("Retry-After"), LONGEST_WAIT);
    Duration wait = told == null ? Judgement.UNTIL_MENDED : told;
    if (refusal.code().equals(Guard.MODEL_NOT_ALLOWED)) {
      return new Outcome.Dead(refusal.detail());
    }
    if (refusal.status() == 403) {
      // A price that a person can give.
      return new Outcome.Retry(refusal.detail(), wait);
    }
    if (refusal.status() < 500 && told == null) {
      return new Outcome.Dead(refusal.detail());
    }
    // Spread, so that many that wait do not come back at once for the same one token.
    Duration spread = Duration.ofMillis(ThreadLocalRandom.current().nextLong(SPREAD_MS));
    return job.later(refusal.detail(), wait.plus(spread));
  }
}
