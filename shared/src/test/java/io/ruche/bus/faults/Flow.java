package io.ruche.bus.faults;

import io.ruche.bus.faults.Ledger.Order;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * How long after a fault work that was new after it went through.
 *
 * @param receipt until the first receipt
 * @param unordered until the first effect of an unordered command
 * @param ordered until the first effect of an ordered command
 * @param everywhere until each partition that had work before the fault has had an effect
 */
record Flow(Duration receipt, Duration unordered, Duration ordered, Duration everywhere) {

  private static final Duration NEVER = Duration.ofDays(1);

  /** Waits, at most for {@code bound}, until work flows everywhere again after {@code fault}. */
  static Flow await(Ledger ledger, long fault, Duration bound) {
    try {
      return Awaitility.await()
          .atMost(bound)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> of(ledger, fault), flow -> !flow.slowest().equals(NEVER));
    } catch (ConditionTimeoutException late) {
      return of(ledger, fault);
    }
  }

  private static Flow of(Ledger ledger, long fault) {
    long receipt = Long.MAX_VALUE;
    long unordered = Long.MAX_VALUE;
    Map<String, Long> partitions = new HashMap<>();
    for (Order order : ledger.all()) {
      if (order.firstSent < fault) {
        if (order.isReceipted() && order.command.equals(FaultService.STEP)) {
          partitions.putIfAbsent(order.stream(), Long.MAX_VALUE);
        }
        continue;
      }
      if (order.isReceipted()) {
        receipt = Math.min(receipt, order.receiptedAt() - fault);
      }
      if (order.heardAt() != 0 && order.command.equals(FaultService.SAY)) {
        unordered = Math.min(unordered, order.heardAt() - fault);
      } else if (order.heardAt() != 0 && order.isReceipted()) {
        partitions.merge(order.stream(), order.heardAt() - fault, Math::min);
      }
    }
    long first = partitions.values().stream().min(Long::compare).orElse(Long.MAX_VALUE);
    long last = partitions.values().stream().max(Long::compare).orElse(Long.MAX_VALUE);
    return new Flow(duration(receipt), duration(unordered), duration(first), duration(last));
  }

  private static Duration duration(long nanos) {
    return nanos == Long.MAX_VALUE ? NEVER : Duration.ofNanos(nanos);
  }

  Duration slowest() {
    Duration slow = receipt;
    for (Duration one : new Duration[] {unordered, ordered, everywhere}) {
      slow = one.compareTo(slow) > 0 ? one : slow;
    }
    return slow;
  }

  private static String text(Duration duration) {
    return duration.equals(NEVER) ? "never" : "%.2fs".formatted(duration.toMillis() / 1000.0);
  }

  @Override
  public String toString() {
    return "receipt="
        + text(receipt)
        + " unordered="
        + text(unordered)
        + " ordered="
        + text(ordered)
        + " all-partitions="
        + text(everywhere);
  }
}
