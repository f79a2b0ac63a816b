package io.ruche.aiproxy.upstream;

import io.ruche.aiproxy.routing.AttemptRules;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Passing;
import io.ruche.aiproxy.routing.RetryAfter;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.routing.TargetState;
import io.ruche.aiproxy.routing.TargetStates;
import io.ruche.aiproxy.routing.circuit.Circuit;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the targets of its model, until one gives an answer that is worth
 * giving on. A refusal that may pass is held until its end and the next target, or the same one
 * after a wait, is asked; when nobody is left the client gets what the last one said. From the head
 * of an accepted answer on nothing is tried again. Confined to the context on which it was started.
 */
public final class Attempts implements Transfer {

  /** A daily limit may ask for hours; it is looked at again before. */
  private static final Duration LONGEST_LIMIT = Duration.ofMinutes(15);

  private static final long JITTER_MILLIS = 100;
  private static final long NOT_WAITING = -1;

  private final Vertx vertx;
  private final ProviderClients clients;
  private final TargetStates states;
  private final AttemptRules rules;
  private final ChatRequest request;
  private final Buffer body;
  private final long tokens;
  private final Reader reader;
  private final AttemptListener listener;
  private final List<Target> order;
  private final long startedNanos = System.nanoTime();

  private int made;
  private int next;
  private int retries;
  private long timer = NOT_WAITING;
  private @Nullable One current;
  private @Nullable HeldAnswer held;
  private @Nullable Failure failure;
  private boolean over;

  Attempts(
      Vertx vertx,
      ProviderClients clients,
      TargetStates states,
      Catalog catalog,
      ChatRequest request,
      Buffer body,
      long tokens,
      Reader reader,
      AttemptListener listener) {
    this.vertx = vertx;
    this.clients = clients;
    this.states = states;
    this.rules = catalog.attempts();
    this.request = request;
    this.body = body;
    this.tokens = tokens;
    this.reader = reader;
    this.listener = listener;
    this.order = catalog.route(request.model()).order(ThreadLocalRandom.current());
  }

  void start() {
    if (!askNext()) {
      giveUp();
    }
  }

  @Override
  public void pause() {
    if (current != null) {
      current.call().pause();
    }
  }

  @Override
  public void resume() {
    if (current != null) {
      current.call().resume();
    }
  }

  @Override
  public void cancel() {
    if (!over) {
      over = true;
      stopWaiting();
      if (current != null) {
        current.cancel();
      }
    }
  }

  /**
   * Tells how many tokens the answer took in the end, so that the provider's quota is known better
   * than by the estimate.
   */
  public void used(long actualTokens) {
    if (current != null) {
      current.state.quota().used(tokens, actualTokens);
    }
  }

  private void stopWaiting() {
    if (timer != NOT_WAITING) {
      vertx.cancelTimer(timer);
      timer = NOT_WAITING;
    }
  }

  /** Asks the next target that may be asked now; false when there is none. */
  private boolean askNext() {
    while (made < rules.most() && next < order.size() && millisLeft() > 0) {
      Target target = order.get(next++);
      retries = 0;
      if (ask(target)) {
        return true;
      }
    }
    return false;
  }

  /** Asks a target, unless it is known to be down, to refuse, or not to be configured. */
  private boolean ask(Target target) {
    if (!target.provider().configured()) {
      return false;
    }
    TargetState state = states.of(target);
    Circuit.Permit permit = state.circuit().acquire();
    if (permit == Circuit.Permit.REFUSED) {
      return false;
    }
    if (!state.quota().take(tokens)) {
      state.circuit().released(permit);
      return false;
    }
    made++;
    One one = new One(target, state, permit);
    current = one;
    one.start();
    return true;
  }

  private long millisLeft() {
    return rules.within().toMillis() - (System.nanoTime() - startedNanos) / 1_000_000;
  }

  /** Whether anybody could still be asked once this attempt has failed. */
  private boolean mayGoOn(Target target) {
    return made < rules.most()
        && (next < order.size() || retries < target.provider().retries().most());
  }

  /** The target has failed in passing: asks it again after a wait, or the next one. */
  private void goOn(One one, boolean again, @Nullable Duration retryAfter) {
    if (again && waitFor(one, retryAfter)) {
      return;
    }
    if (!askNext()) {
      giveUp();
    }
  }

  private boolean waitFor(One one, @Nullable Duration retryAfter) {
    if (made >= rules.most()
        || retries >= one.target.provider().retries().most()
        || one.state.circuit().isOpen()
        || (retryAfter != null && retryAfter.compareTo(rules.longestRetryAfter()) > 0)) {
      return false;
    }
    retries++;
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long wait = one.target.provider().retries().wait(retries, random).toMillis();
    if (retryAfter != null) {
      wait = Math.max(wait, retryAfter.toMillis() + 1 + random.nextLong(JITTER_MILLIS));
    }
    if (wait >= millisLeft()) {
      return false;
    }
    timer = vertx.setTimer(Math.max(1, wait), id -> askAgain(one.target));
    return true;
  }

  private void askAgain(Target target) {
    timer = NOT_WAITING;
    if (!over && !ask(target) && !askNext()) {
      giveUp();
    }
  }

  /** The client gets the last word of the last target that was asked. */
  private void giveUp() {
    over = true;
    current = null;
    if (held != null) {
      held.giveTo(reader);
      reader.end();
    } else {
      reader.failed(failure != null ? failure : whyNobodyWasAsked());
    }
  }

  /** Tells of the target that can be asked again soonest. */
  private Failure whyNobodyWasAsked() {
    Target soonest = order.get(0);
    Duration shortest = null;
    for (Target target : order) {
      if (target.provider().configured()) {
        Duration wait = wait(states.of(target));
        if (shortest == null || wait.compareTo(shortest) < 0) {
          soonest = target;
          shortest = wait;
        }
      }
    }
    return shortest == null
        ? Dispatcher.notConfigured(soonest.provider())
        : whyNotAsked(soonest, shortest);
  }

  private Duration wait(TargetState state) {
    Duration down = state.circuit().untilProbe();
    Duration limited = state.quota().waitFor(tokens);
    return down.compareTo(limited) > 0 ? down : limited;
  }

  private Failure whyNotAsked(Target target, Duration wait) {
    String name = target.model() + " at " + target.provider().name();
    return states.of(target).circuit().isOpen()
        ? UpstreamFault.DOWN
            .failure(name + " has just failed too often; it is tried again from time to time.")
            .withRetryAfter(wait)
        : UpstreamFault.LIMITED
            .failure("The provider's limits of " + name + " are used up for now.")
            .withRetryAfter(wait);
  }

  /** One attempt at one target. */
  private final class One implements Reader {

    private final Target target;
    private final TargetState state;
    private final Circuit.Permit permit;
    private final long sentAt = states.now();
    private @Nullable Call call;
    private @Nullable HeldAnswer holding;
    private boolean judged;

    One(Target target, TargetState state, Circuit.Permit permit) {
      this.target = target;
      this.state = state;
      this.permit = permit;
    }

    void start() {
      Duration firstByte = target.provider().timeouts().firstByte();
      long left = Math.max(1, millisLeft());
      call =
          clients
              .of(target.provider())
              .chat(
                  request.bodyFor(target.model(), !target.provider().tellsUsageUnasked(), body),
                  left < firstByte.toMillis() ? Duration.ofMillis(left) : firstByte,
                  this);
    }

    Transfer call() {
      return call == null ? Transfer.ENDED : call;
    }

    void cancel() {
      call().cancel();
      if (!judged) {
        judged = true;
        state.circuit().released(permit);
        state.quota().answered(tokens, sentAt, name -> null);
      }
    }

    @Override
    public void head(int status, MultiMap headers) {
      tell(status, null);
      judge(status, headers);
      if (Passing.is(status) && mayGoOn(target)) {
        holding = new HeldAnswer(target, status, headers);
      } else {
        reader.from(target);
        reader.head(status, headers);
      }
    }

    @Override
    public void piece(Buffer bytes) {
      if (holding == null) {
        reader.piece(bytes);
      } else if (holding.length() + bytes.length() <= HeldAnswer.MOST_BYTES) {
        holding.add(bytes);
      } else {
        // Too long to wait for: it goes to the client as it is.
        HeldAnswer begun = holding;
        holding = null;
        begun.giveTo(reader);
        reader.piece(bytes);
      }
    }

    @Override
    public void end() {
      HeldAnswer whole = holding;
      if (whole == null) {
        over = true;
        reader.end();
      } else {
        held = whole;
        failure = null;
        goOn(this, true, RetryAfter.parse(whole.headers().get(HttpHeaders.RETRY_AFTER)));
      }
    }

    @Override
    public void failed(Failure why) {
      UpstreamFault fault = UpstreamFault.of(why);
      boolean before = !judged;
      if (before) {
        tell(0, fault);
        judge(fault, why);
      }
      if (before || holding != null) {
        held = null;
        failure = why;
        goOn(this, fault != null && fault.isWorthAnotherTry(), null);
      } else {
        state.circuit().failed(permit, why.detail());
        over = true;
        reader.failed(why);
      }
    }

    private void tell(int status, @Nullable UpstreamFault fault) {
      if (listener != AttemptListener.NONE) {
        Duration took = Duration.ofNanos(states.now() - sentAt);
        listener.ended(new Attempt(made, target, status, fault, took));
      }
    }

    private void judge(int status, MultiMap headers) {
      judged = true;
      if (Passing.isUnwell(status)) {
        state.circuit().failed(permit, "it answered " + status);
      } else if (!Passing.is(status) || permit == Circuit.Permit.PROBE) {
        state.circuit().succeeded(permit);
      }
      state.quota().answered(tokens, sentAt, name -> headers.get(name));
      if (status == 429) {
        Duration wait = RetryAfter.parse(headers.get(HttpHeaders.RETRY_AFTER), LONGEST_LIMIT);
        if (wait != null) {
          state.quota().refused(wait);
        }
      }
    }

    private void judge(@Nullable UpstreamFault fault, Failure why) {
      judged = true;
      if (fault == UpstreamFault.BUSY) {
        state.circuit().released(permit);
      } else {
        state.circuit().failed(permit, why.detail());
      }
      if (fault == UpstreamFault.BUSY || fault == UpstreamFault.UNREACHABLE) {
        state.quota().notSent(tokens);
      } else {
        state.quota().answered(tokens, sentAt, name -> null);
      }
    }
  }
}
