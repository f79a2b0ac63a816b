package io.ruche.aiproxy.routing;

import io.ruche.aiproxy.routing.circuit.Circuit;
import io.ruche.aiproxy.routing.quota.Consumption;
import io.ruche.aiproxy.routing.retry.Passing;
import io.ruche.aiproxy.routing.retry.RetryAfter;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Leave to send one request to a target, and the duty to tell how it went: that is what circuit and
 * quota learn from. Not thread-safe.
 */
public final class Admission {

  private static final int TOO_MANY_REQUESTS = 429;

  /** A daily limit may ask for hours; it is looked at again before. */
  private static final Duration LONGEST_LIMIT = Duration.ofMinutes(15);

  private final TargetState state;
  private final Circuit.Permit permit;
  private final long tokens;
  private final long sentAt;
  private boolean told;

  private Admission(TargetState state, Circuit.Permit permit, long tokens, long sentAt) {
    this.state = state;
    this.permit = permit;
    this.tokens = tokens;
    this.sentAt = sentAt;
  }

  /**
   * Leave to send a request now, or null when the target is down or would refuse it.
   *
   * @param tokens about how many it will take
   * @param reserve the share of each limit that it leaves to others; 0 for an interactive request
   * @param now on the clock of the state
   */
  public static @Nullable Admission of(TargetState state, long tokens, double reserve, long now) {
    Circuit.Permit permit = state.circuit().acquire();
    if (permit == Circuit.Permit.REFUSED) {
      return null;
    }
    if (!state.quota().take(tokens, reserve)) {
      state.circuit().released(permit);
      return null;
    }
    return new Admission(state, permit, tokens, now);
  }

  /** When it was given. */
  public long sentAt() {
    return sentAt;
  }

  /** Whether it has been told how the request began to be answered, or that it was not. */
  public boolean isTold() {
    return told;
  }

  /** Whether the target is down now. */
  public boolean isDown() {
    return state.circuit().isOpen();
  }

  /**
   * The target has answered, well or not.
   *
   * @param headers of the answer, by their names in lower case
   */
  public void answered(int status, UnaryOperator<@Nullable String> headers) {
    told = true;
    if (Passing.isUnwell(status)) {
      state.circuit().failed(permit, "it answered " + status);
    } else if (!Passing.is(status) || permit == Circuit.Permit.PROBE) {
      state.circuit().succeeded(permit);
    }
    state.quota().answered(tokens, sentAt, headers);
    if (status == TOO_MANY_REQUESTS) {
      Duration wait = RetryAfter.of(headers, LONGEST_LIMIT);
      if (wait != null) {
        state.quota().refused(wait);
      }
    }
  }

  /**
   * The target could not be reached.
   *
   * @param cause for people
   */
  public void unreachable(String cause) {
    told = true;
    state.circuit().failed(permit, cause);
    state.quota().notSent(tokens);
  }

  /** The request was not sent, for a reason that is not the target's. */
  public void notSent() {
    told = true;
    state.circuit().released(permit);
    state.quota().notSent(tokens);
  }

  /**
   * It was sent and not answered, or the answer broke off.
   *
   * @param cause for people
   */
  public void broke(String cause) {
    state.circuit().failed(permit, cause);
    forget();
  }

  /** The client left before there was anything to learn. */
  public void abandoned() {
    if (!told) {
      state.circuit().released(permit);
      forget();
    }
  }

  private void forget() {
    if (!told) {
      told = true;
      state.quota().answered(tokens, sentAt, name -> null);
    }
  }

  /** What it took in the end. */
  public void used(Consumption consumption) {
    state.quota().used(tokens, consumption);
  }
}
