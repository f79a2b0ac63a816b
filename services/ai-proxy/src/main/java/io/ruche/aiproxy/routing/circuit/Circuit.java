package io.ruche.aiproxy.routing.circuit;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker of one model at one provider. Closed, it lets every request through; after
 * too many failures it opens and lets none; after a wait it lets one through, the probe, whose
 * success closes it and whose failure doubles the wait. Thread-safe.
 */
public final class Circuit {

  /** Whether a request may be sent. */
  public enum Permit {
    /** The circuit is open. */
    REFUSED,
    /** The circuit is closed. */
    GIVEN,
    /** This request alone tries whether the provider is back; it must report how it went. */
    PROBE
  }

  /** Causes may quote a provider. */
  private static final int LONGEST_CAUSE = 300;

  private enum State {
    CLOSED,
    OPEN,
    PROBING
  }

  private final String provider;
  private final String model;
  private final Supplier<CircuitRules> rules;
  private final LongSupplier clock;
  private final CircuitListener listener;
  private final Outcomes outcomes = new Outcomes();
  private volatile State state = State.CLOSED;
  private int failuresInARow;
  private long waitNanos;
  private long nextProbe;
  private boolean everWell;
  private long lastWell;
  private String lastCause = "";

  /**
   * A closed circuit.
   *
   * @param clock nanoseconds that only go forward
   */
  public Circuit(
      String provider,
      String model,
      Supplier<CircuitRules> rules,
      LongSupplier clock,
      CircuitListener listener) {
    this.provider = provider;
    this.model = model;
    this.rules = rules;
    this.clock = clock;
    this.listener = listener;
  }

  /** Asks to send a request; whoever is given a permit gives a verdict or releases it. */
  public Permit acquire() {
    if (state == State.CLOSED) {
      return Permit.GIVEN;
    }
    synchronized (this) {
      if (state == State.CLOSED) {
        return Permit.GIVEN;
      }
      // A probe of which nothing is heard is not waited for longer than any other back-off.
      if (clock.getAsLong() - nextProbe < 0) {
        return Permit.REFUSED;
      }
      state = State.PROBING;
      nextProbe = clock.getAsLong() + rules.get().longestWait().toNanos();
      return Permit.PROBE;
    }
  }

  /** The provider answered as a provider that is well does. */
  public void succeeded(Permit permit) {
    boolean closed;
    synchronized (this) {
      long now = clock.getAsLong();
      everWell = true;
      lastWell = now;
      closed = state == State.PROBING && permit == Permit.PROBE;
      if (closed) {
        state = State.CLOSED;
        outcomes.clear();
      }
      if (state == State.CLOSED) {
        failuresInARow = 0;
        outcomes.add(true, now, rules.get().window().toNanos());
      }
    }
    if (closed) {
      listener.changed(new CircuitListener.Change(provider, model, false, ""));
    }
  }

  /**
   * It could not be reached, took too long, broke off, or answered that it is not well.
   *
   * @param cause for people
   */
  public void failed(Permit permit, String cause) {
    boolean opened;
    synchronized (this) {
      lastCause = cause;
      opened = state == State.CLOSED && isTooMuch();
      if (opened) {
        open(rules.get().firstWait().toNanos());
      } else if (state == State.PROBING && permit == Permit.PROBE) {
        open(Math.min(waitNanos * 2, rules.get().longestWait().toNanos()));
      }
    }
    if (opened) {
      listener.changed(new CircuitListener.Change(provider, model, true, cause));
    }
  }

  private boolean isTooMuch() {
    CircuitRules now = rules.get();
    failuresInARow++;
    outcomes.add(false, clock.getAsLong(), now.window().toNanos());
    int all = outcomes.all();
    return failuresInARow >= now.failures()
        || (all >= now.calls() && outcomes.failures() >= all * now.share());
  }

  private void open(long forNanos) {
    state = State.OPEN;
    failuresInARow = 0;
    waitNanos = forNanos;
    nextProbe = clock.getAsLong() + forNanos;
  }

  /**
   * The request ended without telling anything of the provider, such as by its client's leaving.
   */
  public void released(Permit permit) {
    synchronized (this) {
      if (state == State.PROBING && permit == Permit.PROBE) {
        state = State.OPEN;
        nextProbe = clock.getAsLong();
      }
    }
  }

  /** Whether requests are refused now, but for a probe. */
  public boolean isOpen() {
    return state != State.CLOSED;
  }

  /** Whether one request is trying now whether the provider is back. */
  public boolean isProbing() {
    return state == State.PROBING;
  }

  /** What the last failure was, for people, in at most 300 characters; empty while it is closed. */
  public synchronized String cause() {
    if (state == State.CLOSED) {
      return "";
    }
    return lastCause.length() <= LONGEST_CAUSE
        ? lastCause
        : lastCause.substring(0, LONGEST_CAUSE - 3) + "...";
  }

  /** How long ago the provider last answered well; null when it never did. */
  public synchronized @Nullable Duration sinceWell() {
    return everWell ? Duration.ofNanos(Math.max(0, clock.getAsLong() - lastWell)) : null;
  }

  /** How long until a request may try again; zero when one may now. */
  public Duration untilProbe() {
    synchronized (this) {
      long left = state == State.CLOSED ? 0 : nextProbe - clock.getAsLong();
      return Duration.ofNanos(Math.max(0, left));
    }
  }
}
