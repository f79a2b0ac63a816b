package io.ruche.aiproxy.guard.redact;

import io.ruche.aiproxy.guard.find.Finder;
import io.ruche.aiproxy.guard.find.Found;
import io.ruche.aiproxy.guard.find.Kind;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
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

  private record Value(Kind kind, String text) {}

  private static final Kind[] KINDS = Kind.values();
  private static final int UNNUMBERED = 0;

  private final byte[] body;
  private final Finder finder;
  private final boolean restore;
  private final TextView view = new TextView();
  private final Map<Value, Integer> ordinals = new HashMap<>();
  private final int[] values = new int[KINDS.length];
  private final int[] counts = new int[KINDS.length];
  private final Map<Kind, Set<Integer>> taken = new EnumMap<>(Kind.class);

  /** For each place: its start, its end, and the kind and ordinal of its value. */
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
    places[used++] = kind.ordinal();
    places[used++] = ordinal(kind, value);
    counts[kind.ordinal()]++;
  }

  private int ordinal(Kind kind, String text) {
    Value value = new Value(kind, text);
    Integer known = ordinals.get(value);
    if (known != null) {
      return known;
    }
    if (ordinals.size() == MOST_VALUES) {
      return UNNUMBERED;
    }
    int next = ++values[kind.ordinal()];
    ordinals.put(value, next);
    return next;
  }

  private Redaction redaction() {
    int[][] numbers = numbers();
    Buffer out = Buffer.buffer(body.length + used * 2);
    int copied = 0;
    for (int i = 0; i < used; i += 4) {
      Kind kind = KINDS[places[i + 2]];
      out.appendBytes(body, copied, places[i] - copied)
          .appendString(placeholder(kind, numbers[kind.ordinal()][places[i + 3]]));
      copied = places[i + 1];
    }
    out.appendBytes(body, copied, body.length - copied);
    Map<Kind, Integer> told = new EnumMap<>(Kind.class);
    for (Kind kind : KINDS) {
      if (counts[kind.ordinal()] > 0) {
        told.put(kind, counts[kind.ordinal()]);
      }
    }
    return new Redaction(out, told, restore ? placeholders(numbers) : null);
  }

  private static String placeholder(Kind kind, int number) {
    return number == UNNUMBERED ? "[" + kind.name() + "]" : "[" + kind.name() + "_" + number + "]";
  }

  /** By kind, then by ordinal: the numbers that the body did not have itself. */
  private int[][] numbers() {
    int[][] numbers = new int[KINDS.length][];
    for (Kind kind : KINDS) {
      Set<Integer> avoided = taken.getOrDefault(kind, Set.of());
      int[] of = new int[values[kind.ordinal()] + 1];
      int number = 0;
      for (int ordinal = 1; ordinal < of.length; ordinal++) {
        do {
          number++;
        } while (avoided.contains(number));
        of[ordinal] = number;
      }
      numbers[kind.ordinal()] = of;
    }
    return numbers;
  }

  private Placeholders placeholders(int[][] numbers) {
    Map<String, String> restored = new HashMap<>();
    ordinals.forEach(
        (value, ordinal) -> {
          int number = numbers[value.kind().ordinal()][ordinal];
          restored.put(placeholder(value.kind(), number), value.text());
        });
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
}
