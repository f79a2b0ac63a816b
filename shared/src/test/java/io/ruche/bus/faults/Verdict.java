package io.ruche.bus.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.bus.faults.Ledger.Order;
import io.ruche.bus.faults.RedisProbe.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the ledger comes to.
 *
 * @param unreceipted sent but never receipted: no breach
 * @param lost receipted but without an effect
 * @param duplicates with more than one committed effect
 * @param orderBreaks effects of one key that were committed in another order than they were stored
 * @param spuriousDeaths healthy commands among the dead letters
 * @param runOrderBreaks like orderBreaks, of the handlers' runs: effects that the bus does not
 *     commit
 * @param reruns runs of a handler beyond the first of each command
 * @param unheard committed effects whose event never came by MQTT
 */
record Verdict(
    int sent,
    int unreceipted,
    int effected,
    List<String> lost,
    List<String> duplicates,
    List<String> orderBreaks,
    List<String> spuriousDeaths,
    List<String> runOrderBreaks,
    int reruns,
    List<String> unheard) {

  /** Compares the ledger with what Redis and the handlers' file hold. */
  static Verdict of(Ledger ledger, RedisProbe probe, Path effects) throws IOException {
    Map<String, Integer> ends = new HashMap<>();
    Map<String, List<String>> endsByKey = new HashMap<>();
    for (Entry event : probe.stream(Rig.EVENTS)) {
      Order order = ledger.find(event.fields().getOrDefault("subject", ""));
      if (order != null && isEnd(event.fields().get("type"))) {
        ends.merge(order.id, 1, Integer::sum);
        if (order.command.equals(FaultService.STEP)) {
          endsByKey.computeIfAbsent(order.key, key -> new ArrayList<>()).add(order.id);
        }
      }
    }
    Map<String, Integer> places = places(probe);
    Map<String, List<String>> runsByKey = new HashMap<>();
    int runs = 0;
    Set<String> ran = new HashSet<>();
    for (String line : Files.exists(effects) ? Files.readAllLines(effects) : List.<String>of()) {
      String[] words = line.split(" ", -1);
      if (ledger.find(words[2]) != null) {
        runs++;
        ran.add(words[2]);
        if (words[0].equals(FaultService.STEP)) {
          runsByKey.computeIfAbsent(words[1], key -> new ArrayList<>()).add(words[2]);
        }
      }
    }
    List<String> lost = new ArrayList<>();
    List<String> duplicates = new ArrayList<>();
    List<String> unheard = new ArrayList<>();
    int unreceipted = 0;
    for (Order order : ledger.all()) {
      int count = ends.getOrDefault(order.id, 0);
      unreceipted += order.isReceipted() ? 0 : 1;
      if (count == 0 && order.isReceipted()) {
        lost.add(order.id + " " + order.stream() + " " + order.entry());
      }
      if (count > 1) {
        duplicates.add(order.id + " x" + count);
      }
      if (count > 0 && order.heardAt() == 0) {
        unheard.add(order.id);
      }
    }
    List<String> dead = new ArrayList<>();
    for (Entry letter : probe.stream(Rig.DEAD_LETTERS)) {
      Order order = ledger.find(letter.fields().getOrDefault("id", ""));
      if (order != null) {
        dead.add(order.id + ": " + letter.fields().get("reason"));
      }
    }
    return new Verdict(
        ledger.all().size(),
        unreceipted,
        ends.size(),
        lost,
        duplicates,
        breaks(endsByKey, places),
        dead,
        breaks(runsByKey, places),
        runs - ran.size(),
        unheard);
  }

  private static boolean isEnd(String type) {
    return !"command-refused".equals(type);
  }

  /** Where each ordered command stands in its partition. */
  private static Map<String, Integer> places(RedisProbe probe) {
    Map<String, Integer> places = new HashMap<>();
    for (int partition = 0; partition < 8; partition++) {
      for (Entry entry : probe.stream(Rig.commands(FaultService.STEP) + ":p" + partition)) {
        places.putIfAbsent(entry.fields().get("id"), places.size());
      }
    }
    return places;
  }

  private static List<String> breaks(Map<String, List<String>> byKey, Map<String, Integer> places) {
    List<String> breaks = new ArrayList<>();
    byKey.forEach(
        (key, ids) -> {
          String before = null;
          for (String id : ids) {
            // An entry that was deleted with its stream has no place any more.
            if (before != null
                && places.containsKey(id)
                && places.containsKey(before)
                && places.get(id) < places.get(before)) {
              breaks.add(key + ": " + id + " after " + before + " in " + ids.size());
            }
            before = id;
          }
        });
    return breaks;
  }

  /** Nothing receipted was lost, nothing was done twice, every key kept its order. */
  void assertHolds() {
    assertEquals(List.of(), first(lost), "receipted but never effected: " + lost.size());
    assertEquals(List.of(), first(duplicates), "effected more than once: " + duplicates.size());
    assertEquals(List.of(), first(orderBreaks), "order breaks: " + orderBreaks.size());
    assertEquals(List.of(), first(spuriousDeaths), "healthy and dead: " + spuriousDeaths.size());
  }

  /** The first of each kind that there is any of. */
  List<String> examples() {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    kinds.put("lost", lost);
    kinds.put("duplicate", duplicates);
    kinds.put("order break", orderBreaks);
    kinds.put("spurious death", spuriousDeaths);
    kinds.put("run order break", runOrderBreaks);
    kinds.put("unheard", unheard);
    List<String> examples = new ArrayList<>();
    kinds.forEach((kind, all) -> first(all).forEach(one -> examples.add(kind + ": " + one)));
    return examples;
  }

  private static List<String> first(List<String> all) {
    return all.stream().limit(5).toList();
  }

  @Override
  public String toString() {
    return "sent=%d unreceipted=%d effected=%d lost=%d duplicates=%d order-breaks=%d"
            .formatted(
                sent, unreceipted, effected, lost.size(), duplicates.size(), orderBreaks.size())
        + " spurious-deaths=%d reruns=%d run-order-breaks=%d unheard=%d"
            .formatted(spuriousDeaths.size(), reruns, runOrderBreaks.size(), unheard.size());
  }
}
