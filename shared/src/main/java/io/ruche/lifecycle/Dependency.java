package io.ruche.lifecycle;

/**
 * The last known state of something a process needs.
 *
 * @param detail why it is down, in words for an operator; empty when it is up
 */
public record Dependency(State state, String detail) {

  /** Whether the dependency answers. */
  public enum State {
    UP,
    DOWN
  }

  private static final Dependency UP = new Dependency(State.UP, "");

  public static Dependency up() {
    return UP;
  }

  public static Dependency down(String detail) {
    return new Dependency(State.DOWN, detail);
  }
}
