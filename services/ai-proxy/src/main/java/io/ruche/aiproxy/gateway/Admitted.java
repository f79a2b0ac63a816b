package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.cache.Found;
import io.ruche.aiproxy.cache.Hit;
import io.ruche.aiproxy.cache.Lease;
import io.ruche.aiproxy.guard.Guarded;
import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Entry;
import io.ruche.aiproxy.ledger.entry.Outcome;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.operation.Meter;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Priority;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.routing.quota.Consumption;
import io.ruche.aiproxy.telemetry.RequestTrace;
import io.ruche.aiproxy.telemetry.Telemetry;
import io.ruche.aiproxy.upstream.Attempts;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Transfer;
import io.ruche.aiproxy.usage.Usage;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One request that was let in. It is sent or abandoned, and whichever way it ends, what it used is
 * settled and written down once. Confined to the context on which it is sent.
 */
public final class Admitted implements Transfer {

  private final Dispatcher dispatcher;
  private final Ask ask;
  private final @Nullable Guarded guarded;
  private final Catalog catalog;
  private final Tariff tariff;
  private final Decision.Granted granted;
  private final Entry entry;
  private final @Nullable Found found;
  private final Start start;
  private final Telemetry telemetry;
  private final long beganNanos;
  private final Meter meter;
  private @Nullable Attempts attempts;
  private @Nullable Transfer transfer;
  private @Nullable RequestTrace trace;
  private @Nullable Target target;
  private @Nullable Failure failure;
  private int status;
  private long headNanos;
  private long firstNanos;
  private boolean inHead;
  private boolean over;

  /**
   * @param found what the cache of the route has; null where the route keeps no answers
   */
  Admitted(
      Dispatcher dispatcher,
      Telemetry telemetry,
      Intake intake,
      Decision.Granted granted,
      Start start,
      Entry entry,
      @Nullable Found found) {
    this.dispatcher = dispatcher;
    this.ask = intake.ask();
    this.guarded = intake.guarded();
    this.catalog = intake.catalog();
    this.tariff = intake.tariff();
    this.meter = ask.request().meter();
    this.beganNanos = intake.beganNanos();
    this.granted = granted;
    this.entry = entry;
    this.start = start;
    this.found = found;
    this.telemetry = telemetry;
    telemetry.began(start);
  }

  /** What the cache of the route had for the request; null where the route keeps no answers. */
  public @Nullable Found cached() {
    return found;
  }

  /** What is left of the limits, for the headers of the answer. */
  public Decision.Granted decision() {
    return granted;
  }

  /** At how many places of the request something was redacted. */
  public int redacted() {
    return guarded == null ? 0 : guarded.redacted();
  }

  /** Asks the targets; the reader hears of the answer as the provider sends it. */
  public Transfer send(Reader client) {
    return send(client, Priority.INTERACTIVE);
  }

  /**
   * Asks the targets, as a request of that priority may; the reader hears of the answer as the
   * provider sends it, or of one that was kept, restored where the guard says so.
   */
  public Transfer send(Reader client, Priority priority) {
    try {
      return sent(client, priority);
    } catch (RuntimeException fault) {
      // Whatever it was, what is reserved must not stay so, nor the client wait.
      leave();
      settle(Outcome.FAILED, Usage.NONE);
      throw fault;
    }
  }

  private Transfer sent(Reader client, Priority priority) {
    trace = telemetry.trace(start, client.traceparent());
    Reader reader = guarded == null ? client : guarded.restoring(client);
    if (found instanceof Hit hit) {
      status = 200;
      headNanos = System.nanoTime();
      settle(Outcome.CACHED, Usage.NONE);
      transfer = hit.replay(reader);
      return this;
    }
    Metered metered = new Metered(found instanceof Lease lease ? lease.recording(reader) : reader);
    attempts =
        dispatcher.send(
            ask.request(),
            catalog,
            priority,
            metered,
            trace == null ? telemetry.attempts() : trace);
    transfer = attempts;
    return this;
  }

  /** The client left before anything was sent: nothing counts, and the row says so. */
  public void abandon() {
    if (!over) {
      over = true;
      granted.reservation().cancel();
      ended(end(Outcome.CLIENT_LEFT, Usage.NONE, 0));
      leave();
    }
  }

  @Override
  public void pause() {
    if (transfer != null) {
      transfer.pause();
    }
  }

  @Override
  public void resume() {
    if (transfer != null) {
      transfer.resume();
    }
  }

  /**
   * The client left, and the provider, which has had the request, bills what it wrote until now; or
   * the reader does not want what the head says.
   */
  @Override
  public void cancel() {
    cancel(Outcome.CLIENT_LEFT);
  }

  @Override
  public void giveUp() {
    cancel(Outcome.FAILED);
  }

  private void cancel(Outcome outcome) {
    Target asked = atWork();
    if (transfer != null) {
      transfer.cancel();
    }
    leave();
    if (inHead) {
      settle(Outcome.PROVIDER_FAILED, Usage.NONE);
    } else {
      target = asked;
      settle(outcome, asked == null ? Usage.NONE : used());
    }
  }

  /**
   * Who answers, or has the request and may bill it although nothing was heard; null for nobody.
   */
  private @Nullable Target atWork() {
    return target != null || attempts == null ? target : attempts.sentTo();
  }

  /** Others may be waiting for the answer. */
  private void leave() {
    if (found instanceof Lease lease) {
      lease.left();
    }
  }

  /** What a request used whose body a provider has had: its own word, or what was seen to pass. */
  private Usage used() {
    Usage told = meter.told();
    return told != null ? told : meter.estimated();
  }

  private void settle(Outcome outcome, Usage usage) {
    if (!over) {
      over = true;
      long cost = tariff.cost(target, usage);
      granted.reservation().settle(usage.limited(), cost);
      if (attempts != null && usage.source() != UsageSource.NONE) {
        attempts.used(
            new Consumption(
                usage.input() - usage.cachedInput(), usage.output(), usage.audioMillis()));
      }
      ended(end(outcome, usage, cost));
    }
  }

  private void ended(End end) {
    entry.end(end);
    String fault = failure == null ? null : failure.code();
    telemetry.ended(
        start,
        end,
        fault,
        firstNanos == 0 ? 0 : firstNanos - beganNanos,
        System.nanoTime() - beganNanos);
    if (trace != null) {
      trace.end(end, fault);
    }
  }

  @Override
  public void overhead(long nanos) {
    telemetry.overhead(nanos);
  }

  private End end(Outcome outcome, Usage usage, long cost) {
    Target answered = target;
    return new End(
        answered == null ? null : answered.provider().name(),
        answered == null ? null : answered.model(),
        status,
        outcome,
        usage.input(),
        usage.cachedInput(),
        usage.output(),
        usage.source(),
        cost,
        headNanos == 0 ? End.UNKNOWN : (headNanos - beganNanos) / 1_000,
        (System.nanoTime() - beganNanos) / 1_000);
  }

  /** Watches the answer on its way to the reader. Settles before the reader hears of the end. */
  private final class Metered implements Reader {

    private final Reader reader;
    private @Nullable UsageChunkFilter filter;

    Metered(Reader reader) {
      this.reader = reader;
    }

    @Override
    public void from(Target answering) {
      target = answering;
      if (ask.request().addsUsage(answering)) {
        filter = new UsageChunkFilter();
      }
      reader.from(answering);
    }

    @Override
    public void head(int code, MultiMap headers) {
      status = code;
      headNanos = System.nanoTime();
      inHead = true;
      if (filter != null) {
        // What is taken out makes it shorter.
        headers.remove(HttpHeaders.CONTENT_LENGTH);
      }
      reader.head(code, headers);
      inHead = false;
    }

    @Override
    public void piece(Buffer bytes) {
      if (!succeeded()) {
        reader.piece(bytes);
        return;
      }
      if (firstNanos == 0 && start.stream()) {
        firstNanos = System.nanoTime();
      }
      meter.feed(bytes);
      if (filter == null) {
        reader.piece(bytes);
      } else {
        passOn(filter.pass(bytes));
      }
    }

    private void passOn(Buffer bytes) {
      if (bytes.length() > 0) {
        reader.piece(bytes);
      }
    }

    @Override
    public void end() {
      if (succeeded()) {
        settle(Outcome.OK, used());
      } else {
        settle(Outcome.REFUSED_BY_PROVIDER, Usage.NONE);
      }
      if (filter != null) {
        passOn(filter.rest());
      }
      reader.end();
    }

    @Override
    public void failed(Failure why) {
      failure = why;
      Target asked = atWork();
      target = asked;
      settle(
          Outcome.PROVIDER_FAILED,
          asked != null && (status == 0 || succeeded()) ? used() : Usage.NONE);
      reader.failed(why);
    }

    private boolean succeeded() {
      return status >= 200 && status < 300;
    }
  }
}
