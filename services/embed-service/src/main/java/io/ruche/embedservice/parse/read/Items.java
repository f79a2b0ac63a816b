package io.ruche.embedservice.parse.read;

import io.ruche.embedservice.parse.text.TextWriter.Gap;
import java.util.ArrayDeque;
import java.util.Deque;

/** The lists that are open, and the mark of the item that has just begun. */
final class Items {

  private static final int DEEPEST = 8;

  /** Of each list the number of its last item; -1 when its items have none. */
  private final Deque<Integer> lists = new ArrayDeque<>();

  private String prefix = "";

  void beginList(boolean numbered) {
    lists.push(numbered ? 0 : -1);
  }

  void endList() {
    lists.poll();
  }

  /** What goes between two blocks here. */
  Gap gap() {
    return lists.isEmpty() ? Gap.PARAGRAPH : Gap.LINE;
  }

  void beginItem() {
    if (lists.isEmpty()) {
      return;
    }
    int number = lists.pop();
    lists.push(number < 0 ? number : number + 1);
    String mark = number < 0 ? "- " : number + 1 + ". ";
    prefix = "  ".repeat(Math.min(lists.size(), DEEPEST) - 1) + mark;
  }

  /** Whether an item has begun that has no text yet. */
  boolean hasPrefix() {
    return !prefix.isEmpty();
  }

  /** The mark of the item, once; empty when there is none. */
  String takePrefix() {
    String taken = prefix;
    prefix = "";
    return taken;
  }
}
