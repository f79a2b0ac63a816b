package io.ruche.embedservice.engine.token;

import java.util.Arrays;

/**
 * The marks that a model wants round one text, or round two of which it is to judge the second by
 * the first: {@code [CLS] first [SEP] second [SEP]}.
 */
public final class Frame {

  private final long[] before;
  private final long[] between;
  private final long[] after;
  private final long secondType;

  Frame(long[] before, long[] between, long[] after, long secondType) {
    this.before = before;
    this.between = between;
    this.after = after;
    this.secondType = secondType;
  }

  /** How many marks there are. */
  public int size() {
    return before.length + between.length + after.length;
  }

  /** The type of the tokens of the second text; that of the first is 0. */
  public long secondType() {
    return secondType;
  }

  /** Where the second of two texts begins. */
  public int secondFrom(int first) {
    return before.length + first + between.length;
  }

  /** A caller's tokens without the marks, where the caller has set them already. */
  public long[] without(long[] ids) {
    return size() > 0 && ids.length >= size() && startsAndEnds(ids)
        ? Arrays.copyOfRange(ids, before.length, ids.length - after.length)
        : ids;
  }

  /** The first tokens of a text, with the marks, at most so many in all. */
  public long[] around(long[] ids, int most) {
    int kept = Math.min(ids.length, most - size());
    long[] framed = new long[kept + size()];
    System.arraycopy(before, 0, framed, 0, before.length);
    System.arraycopy(ids, 0, framed, before.length, kept);
    System.arraycopy(after, 0, framed, before.length + kept, after.length);
    return framed;
  }

  private boolean startsAndEnds(long[] ids) {
    for (int i = 0; i < before.length; i++) {
      if (ids[i] != before[i]) {
        return false;
      }
    }
    for (int i = 0; i < after.length; i++) {
      if (ids[ids.length - after.length + i] != after[i]) {
        return false;
      }
    }
    return true;
  }

  /** Two texts with their marks: of the first as many tokens as told, of the second likewise. */
  public long[] around(long[] first, int keptOfFirst, long[] second, int keptOfSecond) {
    long[] framed = new long[size() + keptOfFirst + keptOfSecond];
    int at = copy(before, before.length, framed, 0);
    at = copy(first, keptOfFirst, framed, at);
    at = copy(between, between.length, framed, at);
    at = copy(second, keptOfSecond, framed, at);
    copy(after, after.length, framed, at);
    return framed;
  }

  private static int copy(long[] from, int length, long[] to, int at) {
    System.arraycopy(from, 0, to, at, length);
    return at + length;
  }
}
