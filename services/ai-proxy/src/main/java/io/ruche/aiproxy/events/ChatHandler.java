package io.ruche.aiproxy.events;

import io.ruche.aiproxy.gateway.Admitted;
import io.ruche.aiproxy.gateway.Ask;
import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.routing.RetryAfter;
import io.ruche.aiproxy.upstream.ChatRequest;
import io.ruche.aiproxy.upstream.Completions;
import io.ruche.aiproxy.upstream.UpstreamReply;
import io.ruche.auth.ApiKey;
import io.ruche.bus.Command;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The command {@code chat}. Its result is the provider's completion, byte for byte. It goes up when
 * the provider's limits leave room beside interactive requests. What passes by itself (a limit, an
 * outage, a missing key) it waits out without losing an attempt; what the provider refuses for good
 * is dead.
 */
public final class ChatHandler implements CommandHandler {

  /** A limit of a key's may ask for hours; work that waits is looked at again before. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

  /** The completions end in time by themselves; this only catches that they do not. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  private static final long ADMISSION_BOUND_S = 5;
  private static final long SPREAD_MS = 5_000;

  private final Askers askers;
  private final Gateway gateway;
  private final Completions completions;
  private final Waiting waiting;
  private final Streaming streaming;
  private final Supplier<String> defaultModel;
  private final long maxMillis;

  /**
   * A handler that asks the providers.
   *
   * @param askers tells whose limits a command is held to
   * @param waiting tells when a command may go up
   * @param streaming sends pieces of an answer to those who want them
   * @param defaultModel gives the model of a shorthand that names none
   * @param longest how long a completion may take, as {@code completions} holds it
   */
  public ChatHandler(
      Askers askers,
      Gateway gateway,
      Completions completions,
      Waiting waiting,
      Streaming streaming,
      Supplier<String> defaultModel,
      Duration longest) {
    this.askers = askers;
    this.gateway = gateway;
    this.completions = completions;
    this.waiting = waiting;
    this.streaming = streaming;
    this.defaultModel = defaultModel;
    this.maxMillis = longest.plus(SLACK).toMillis();
  }

  /**
   * The command and its events. Its attempts are for failures that may be its own; what a provider
   * that is down or limited keeps waiting loses none.
   *
   * @param longest how long one attempt may take
   * @param concurrency how many are worked on at once
   */
  public static CommandSpec command(Duration longest, int concurrency) {
    return CommandSpec.named("chat")
        .completed("chat-completed")
        .failed("chat-failed")
        .attempts(20, Duration.ofSeconds(1), Duration.ofMinutes(5))
        .prefetch(concurrency)
        .timeout(longest);
  }

  @Override
  public Outcome handle(Command command) throws TimeoutException {
    Buffer body;
    ChatRequest request;
    try {
      body = ChatBody.of(command.payload().data(), defaultModel.get());
      request = ChatRequest.read(body);
      if (command.envelope().stream()) {
        body = ChatBody.streamed(body, request);
        request = ChatRequest.read(body);
      }
    } catch (Failure refusal) {
      return new Outcome.Dead(refusal.detail());
    }
    Waiting.Job job = waiting.job(command, request.model(), request.leastTokens(body));
    Outcome notNow = job.goUp();
    if (notNow != null) {
      return notNow;
    }
    try {
      return send(command, job, request, body);
    } finally {
      job.notSent();
    }
  }

  private Outcome send(Command command, Waiting.Job job, ChatRequest request, Buffer body)
      throws TimeoutException {
    ApiKey key = askers.of(command.tenant(), command.client());
    Admitted admitted;
    try {
      admitted =
          gateway
              .admit(new Ask(key, Source.EVENT, command.id(), request, body))
              .await(ADMISSION_BOUND_S, TimeUnit.SECONDS);
    } catch (Failure refusal) {
      return refused(job, refusal);
    }
    Streaming.Pass pass = streaming.pass(command);
    UpstreamReply reply =
        completions
            .complete(reader -> job.send(admitted, pass.over(reader)))
            .await(maxMillis, TimeUnit.MILLISECONDS);
    return job.outcome(Judgement.of(reply), pass.finish());
  }

  /**
   * A command over a limit of its key's waits for its turn, as it does while limits and ledger are
   * away, and loses no attempt.
   */
  private static Outcome refused(Waiting.Job job, Failure refusal) {
    Duration told = RetryAfter.parse(refusal.headers().get("Retry-After"), LONGEST_WAIT);
    Duration wait = told == null ? Judgement.UNTIL_MENDED : told;
    if (refusal.status() == 403) {
      // A price or a permission that a person can give.
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
