package io.ruche.bus.redis.stream;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The entries that a reader has in hand, and whether it can be sure of that: when a connection
 * breaks, a read may have been carried out though its reply was lost, and such entries are pending
 * under this process's name without being in its hands.
 */
public final class InHand {

  private final Set<String> entries = new LinkedHashSet<>();
  private int sureOf = -1;

  /** Adds what was delivered; false when it was in hand already. */
  public boolean add(Delivery delivery) {
    return entries.add(key(delivery.stream(), delivery.entry()));
  }

  public void remove(Delivery delivery) {
    entries.remove(key(delivery.stream(), delivery.entry()));
  }

  public int size() {
    return entries.size();
  }

  /** The entries of one stream. */
  public List<String> of(String stream) {
    String prefix = stream + "|";
    return entries.stream()
        .filter(entry -> entry.startsWith(prefix))
        .map(entry -> entry.substring(prefix.length()))
        .toList();
  }

  public void clear() {
    entries.clear();
  }

  /** Whether nothing was lost since the connection of this generation was made. */
  public boolean isSure(int generation) {
    return sureOf == generation;
  }

  /** What may have been lost before this generation has been found. */
  public void sure(int generation) {
    sureOf = generation;
  }

  private static String key(String stream, String entry) {
    return stream + "|" + entry;
  }
}
