package io.ruche.aiproxy.upstream;

import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.aiproxy.routing.Admission;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Priority;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.routing.TargetStates;
import io.ruche.aiproxy.routing.quota.Consumption;
import io.ruche.aiproxy.routing.retry.AttemptRules;
import io.ruche.aiproxy.routing.retry.Passing;
import io.ruche.aiproxy.routing.retry.RetryAfter;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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

  private static final long JITTER_MILLIS = 100;
  private static final long NOT_WAITING = -1;

  private final Vertx vertx;
  private final ProviderClients clients;
  private final TargetStates states;
  private final AttemptRules rules;
  private final ModelRequest request;
  private final long tokens;
  private final Priority priority;
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
  private @Nullable Target sentBefore;
  private boolean over;

  Attempts(
      Vertx vertx,
      ProviderClients clients,
      TargetStates states,
      Catalog catalog,
      ModelRequest request,
      Priority priority,
      Reader reader,
      AttemptListener listener) {
    this.vertx = vertx;
    this.clients = clients;
    this.states = states;
    this.rules = catalog.attempts();
    this.request = request;
    this.tokens = request.leastTokens();
    this.priority = priority;
    this.reader = reader;
    this.listener = listener;
    this.order = catalog.route(request.model()).order(priority, ThreadLocalRandom.current());
  }

  void start() {
    if (!askNext()) {
      tellLastWord();
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

  /** Who has had the request last, or some of it, and may bill it; null when nobody has. */
  public @Nullable Target sentTo() {
    return current != null && current.isAtWork() ? current.target : sentBefore;
  }

  /**
   * Tells what the answer took in the end, so that the provider's quota is known better than by the
   * estimate.
   */
  public void used(Consumption consumption) {
    if (current != null) {
      current.admission.used(consumption);
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
    while (mayAsk() && next < order.size() && millisLeft() > 0) {
      Target target = order.get(next++);
      retries = 0;
      if (ask(target)) {
        return true;
      }
    }
    return false;
  }

  /** Whether there are attempts left, and a body to make one with. */
  private boolean mayAsk() {
    return made < rules.most() && request.canBeSent();
  }

  /** Asks a target, unless it is known to be down, to refuse, or not to be configured. */
  private boolean ask(Target target) {
    if (!target.provider().configured()) {
      return false;
    }
    Admission admission = Admission.of(states.of(target), tokens, priority.reserve(), states.now());
    if (admission == null) {
      return false;
    }
    made++;
    One one = new One(target, admission);
    current = one;
    one.start();
    return true;
  }

  private long millisLeft() {
    return rules.within().toMillis() - (System.nanoTime() - startedNanos) / 1_000_000;
  }

  /** Whether anybody could still be asked once this attempt has failed. */
  private boolean mayGoOn(Target target) {
    return mayAsk() && (next < order.size() || retries < target.provider().retries().most());
  }

  /** The target has failed in passing: asks it again after a wait, or the next one. */
  private void goOn(One one, boolean again, @Nullable Duration retryAfter) {
    if (again && waitFor(one, retryAfter)) {
      return;
    }
    if (!askNext()) {
      tellLastWord();
    }
  }

  private boolean waitFor(One one, @Nullable Duration retryAfter) {
    if (!mayAsk()
        || retries >= one.target.provider().retries().most()
        || one.admission.isDown()
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
      tellLastWord();
    }
  }

  /** The client gets the last word of the last target that was asked. */
  private void tellLastWord() {
    over = true;
    current = null;
    if (held != null) {
      held.giveTo(reader);
      reader.end();
    } else {
      reader.failed(
          failure != null
              ? failure
              : Dispatcher.whyNobodyWasAsked(order, states, tokens, priority.reserve()));
    }
  }

  /** One attempt at one target. */
  private final class One implements Reader {

    private final Target target;
    private final Admission admission;
    private @Nullable Call call;
    private @Nullable HeldAnswer holding;
    private boolean broken;

    One(Target target, Admission admission) {
      this.target = target;
      this.admission = admission;
    }

    void start() {
      listener.began(made, target);
      Duration firstByte = target.provider().timeouts().firstByte();
      long left = Math.max(1, millisLeft());
      call =
          clients
              .of(target.provider())
              .send(
                  request,
                  target,
                  left < firstByte.toMillis() ? Duration.ofMillis(left) : firstByte,
                  this);
    }

    Transfer call() {
      return call == null ? Transfer.ENDED : call;
    }

    boolean isSent() {
      return call != null && call.isSent();
    }

    /** Whether the target may be at work on the request, as far as can be seen. */
    boolean isAtWork() {
      return isSent() && holding == null && !broken;
    }

    void cancel() {
      call().cancel();
      admission.abandoned();
    }

    @Override
    public void head(int status, MultiMap headers) {
      tell(status, null);
      admission.answered(status, name -> headers.get(name));
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
        goOn(this, true, RetryAfter.of(whole.headers()::get));
      }
    }

    @Override
    public void failed(Failure why) {
      UpstreamFault fault = UpstreamFault.of(why);
      broken = true;
      if (fault == UpstreamFault.TIMEOUT && isSent()) {
        // It may go on with the request for all that is known here, and bill it.
        sentBefore = target;
      }
      boolean before = !admission.isTold();
      if (before) {
        tell(0, fault);
        judge(fault, why.detail());
      }
      if (before || holding != null) {
        held = null;
        failure = why;
        goOn(this, fault != null && fault.isWorthAnotherTry(), null);
      } else {
        admission.broke(why.detail());
        over = true;
        reader.failed(why);
      }
    }

    private void tell(int status, @Nullable UpstreamFault fault) {
      if (listener != AttemptListener.NONE) {
        Duration took = Duration.ofNanos(states.now() - admission.sentAt());
        listener.ended(new Attempt(made, next - 1, retries > 0, target, status, fault, took));
      }
    }

    private void judge(@Nullable UpstreamFault fault, String cause) {
      if (fault == UpstreamFault.BUSY) {
        admission.notSent();
      } else if (fault == UpstreamFault.UNREACHABLE) {
        admission.unreachable(cause);
      } else {
        admission.broke(cause);
      }
    }
  }
}
