package io.ruche.aiproxy.guard.redact;

import io.ruche.aiproxy.guard.find.Finder;
import io.ruche.aiproxy.guard.find.Found;
import io.ruche.aiproxy.guard.find.Kind;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces personal data in one body: equal values by equal placeholders, numbered by kind in the
 * order in which they stand. Used once.
 */
public final class Redactor {

  /** So many values are told apart and restored; the rest is replaced all the same. */
  public static final int MOST_VALUES = 1_000;

  private final byte[] body;
  private final Finder finder;
  private final boolean restore;
  private final TextView view = new TextView();

  /** The values that are told apart, and for each kind one that stands for the rest. */
  private final List<Value> values = new ArrayList<>();

  private final Map<Value, Integer> known = new HashMap<>();
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, Set<Integer>> taken = new EnumMap<>(Kind.class);

  /** For each place: its start, its end, and the index of its value. */
  private int[] places = new int[48];

  private int used;

  private Redactor(byte[] body, Finder finder, boolean restore) {
    this.body = body;
    this.finder = finder;
    this.restore = restore;
  }

  /**
   * Redacts a body that was found to be one JSON object; null when there is nothing to redact.
   *
   * @param restore whether the answer is to have the values again. Then a text that looks like a
   *     placeholder and was in the body before keeps its number for itself
   */
  public static @Nullable Redaction redact(byte[] body, Finder finder, boolean restore) {
    Redactor redactor = new Redactor(body, finder, restore);
    BodyTexts.walk(body, redactor::look);
    return redactor.used == 0 ? null : redactor.redaction();
  }

  private void look(int from, int to, boolean escaped) {
    if (escaped) {
      view.read(body, from, to);
      finder.find(view.text(), 1, view.end(), new InView());
    } else {
      finder.find(body, from, to, new InBody());
    }
  }

  private void add(Kind kind, int from, int to, String value) {
    if (used == places.length) {
      places = Arrays.copyOf(places, used * 2);
    }
    places[used++] = from;
    places[used++] = to;
    places[used++] = index(new Value(kind, value));
    counts.merge(kind, 1, Integer::sum);
  }

  private int index(Value value) {
    Integer before = known.get(value);
    if (before != null) {
      return before;
    }
    // An empty text stands for the rest.
    Value added = known.size() < MOST_VALUES ? value : new Value(value.kind(), "");
    return known.computeIfAbsent(
        added,
        one -> {
          values.add(one);
          return values.size() - 1;
        });
  }

  private Redaction redaction() {
    List<String> names = names();
    Buffer out = Buffer.buffer(body.length + used * 2);
    int copied = 0;
    for (int i = 0; i < used; i += 3) {
      out.appendBytes(body, copied, places[i] - copied).appendString(names.get(places[i + 2]));
      copied = places[i + 1];
    }
    out.appendBytes(body, copied, body.length - copied);
    return new Redaction(out, Map.copyOf(counts), restore ? placeholders(names) : null);
  }

  /** The placeholder of each value: by kind, the numbers that the body did not have itself. */
  private List<String> names() {
    List<String> names = new ArrayList<>(values.size());
    Map<Kind, Integer> last = new EnumMap<>(Kind.class);
    for (Value value : values) {
      Kind kind = value.kind();
      if (value.text().isEmpty()) {
        names.add("[" + kind.name() + "]");
      } else {
        Set<Integer> avoided = taken.getOrDefault(kind, Set.of());
        int number = last.getOrDefault(kind, 0) + 1;
        while (avoided.contains(number)) {
          number++;
        }
        last.put(kind, number);
        names.add("[" + kind.name() + "_" + number + "]");
      }
    }
    return names;
  }

  private Placeholders placeholders(List<String> names) {
    Map<String, String> restored = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (!values.get(i).text().isEmpty()) {
        restored.put(names.get(i), values.get(i).text());
      }
    }
    return new Placeholders(restored);
  }

  private void keep(Kind kind, int number) {
    if (restore) {
      taken.computeIfAbsent(kind, k -> new HashSet<>()).add(number);
    }
  }

  /** In a string that reads as it stands. */
  private final class InBody implements Found {

    @Override
    public void data(Kind kind, int from, int to) {
      add(kind, from, to, new String(body, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public void placeholder(Kind kind, int number) {
      keep(kind, number);
    }
  }

  /** In a string with escapes. */
  private final class InView implements Found {

    @Override
    public void data(Kind kind, int from, int to) {
      String value = new String(view.text(), from, to - from, StandardCharsets.UTF_8);
      add(kind, view.place(from), view.place(to), value);
    }

    @Override
    public void placeholder(Kind kind, int number) {
      keep(kind, number);
    }
  }

  /** Comparable, so that texts that were chosen to have the same hash do not slow the map down. */
  private record Value(Kind kind, String text) implements Comparable<Value> {

    @Override
    public int compareTo(Value other) {
      int byKind = kind.compareTo(other.kind);
      return byKind == 0 ? text.compareTo(other.text) : byKind;
    }
  }
}
