package io.ruche.aiproxy.cache.semantic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The messages that were answered in one context, as far as this process has read them from Redis.
 * Thread-safe: what is read at the same time is a state of some moment.
 */
final class Neighbourhood {

  private static final int NEAREST = 3;

  private volatile List<Remembered> messages = List.of();

  /** The id of the latest; empty when there is none. */
  String latest() {
    List<Remembered> now = messages;
    return now.isEmpty() ? "" : now.getLast().id();
  }

  /** Adds later ones, and forgets the oldest past {@code most}. */
  synchronized void add(List<Remembered> later, int most) {
    String known = latest();
    List<Remembered> all = new ArrayList<>(messages);
    for (Remembered each : later) {
      // Two requests may have read the same.
      if (known.isEmpty() || compare(each.id(), known) > 0) {
        all.add(each);
      }
    }
    int over = Math.max(0, all.size() - most);
    messages = List.copyOf(all.subList(over, all.size()));
  }

  /** Ids are two numbers with a dash between them. */
  private static int compare(String a, String b) {
    int dashA = a.indexOf('-');
    int dashB = b.indexOf('-');
    int times = Long.compare(Long.parseLong(a, 0, dashA, 10), Long.parseLong(b, 0, dashB, 10));
    return times != 0
        ? times
        : Long.compare(
            Long.parseLong(a, dashA + 1, a.length(), 10),
            Long.parseLong(b, dashB + 1, b.length(), 10));
  }

  /** Forgets a message whose answer is gone. */
  synchronized void forget(String answer) {
    messages = messages.stream().filter(each -> !each.answer().equals(answer)).toList();
  }

  /** How many numbers it holds. */
  long size() {
    List<Remembered> now = messages;
    return now.isEmpty() ? 0 : (long) now.size() * now.getFirst().size();
  }

  /** The nearest at or above the threshold, nearest first. */
  List<Neighbour> near(float[] vector, double threshold) {
    List<Neighbour> near = new ArrayList<>();
    for (Remembered each : messages) {
      double similarity = each.similarity(vector);
      if (similarity >= threshold) {
        near.add(new Neighbour(each.answer(), Math.min(1, similarity)));
      }
    }
    near.sort(Comparator.comparingDouble(Neighbour::similarity).reversed());
    return near.size() > NEAREST ? List.copyOf(near.subList(0, NEAREST)) : near;
  }
}
