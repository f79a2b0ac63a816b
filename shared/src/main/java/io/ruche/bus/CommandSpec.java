package io.ruche.bus;

import io.ruche.bus.envelope.Identifiers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A kind of durable command and how it is worked off.
 *
 * @param name the last topic level
 * @param completedEvent the event that carries a result, if one is to be published
 * @param failedEvent the event that carries the reason of a death or an expiry, if any
 * @param ordered commands with the same key run one after the other, in the order of their receipts
 * @param prefetch how many a process handles at once
 * @param attempts deliveries before the command is dead
 * @param timeout how long one attempt may take before it counts as failed
 * @param backOff wait before the second attempt; doubles with each, with jitter
 * @param longestBackOff bound of that doubling
 */
public record CommandSpec(
    String name,
    @Nullable String completedEvent,
    @Nullable String failedEvent,
    boolean ordered,
    int prefetch,
    int attempts,
    Duration timeout,
    Duration backOff,
    Duration longestBackOff) {

  /** Partitions of an ordered command: keys that share one wait for each other's delivery only. */
  public static final int PARTITIONS = 8;

  public CommandSpec {
    Identifiers.requireLevel("command", name);
    if (prefetch < 1 || attempts < 1) {
      throw new IllegalArgumentException(
          "prefetch and attempts of " + name + " must be at least 1");
    }
    if (completedEvent != null) {
      Identifiers.requireLevel("completed event", completedEvent);
    }
    if (failedEvent != null) {
      Identifiers.requireLevel("failed event", failedEvent);
    }
    if (timeout.toMillis() < 1 || backOff.toMillis() < 1 || longestBackOff.toMillis() < 1) {
      throw new IllegalArgumentException(
          "timeout and back-offs of " + name + " must be at least 1 ms");
    }
  }

  public static CommandSpec named(String name) {
    return new CommandSpec(
        name,
        null,
        null,
        false,
        16,
        5,
        Duration.ofMinutes(5),
        Duration.ofSeconds(1),
        Duration.ofMinutes(5));
  }

  public CommandSpec completed(String event) {
    return new CommandSpec(
        name, event, failedEvent, ordered, prefetch, attempts, timeout, backOff, longestBackOff);
  }

  public CommandSpec failed(String event) {
    return new CommandSpec(
        name, completedEvent, event, ordered, prefetch, attempts, timeout, backOff, longestBackOff);
  }

  public CommandSpec orderedByKey() {
    return new CommandSpec(
        name,
        completedEvent,
        failedEvent,
        true,
        prefetch,
        attempts,
        timeout,
        backOff,
        longestBackOff);
  }

  public CommandSpec prefetch(int most) {
    return new CommandSpec(
        name,
        completedEvent,
        failedEvent,
        ordered,
        most,
        attempts,
        timeout,
        backOff,
        longestBackOff);
  }

  public CommandSpec attempts(int most, Duration first, Duration longest) {
    return new CommandSpec(
        name, completedEvent, failedEvent, ordered, prefetch, most, timeout, first, longest);
  }

  public CommandSpec timeout(Duration bound) {
    return new CommandSpec(
        name,
        completedEvent,
        failedEvent,
        ordered,
        prefetch,
        attempts,
        bound,
        backOff,
        longestBackOff);
  }
}
