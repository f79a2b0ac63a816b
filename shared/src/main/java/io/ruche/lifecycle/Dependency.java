package io.ruche.lifecycle;

/** The last known state of something a process needs; the detail is empty while it is up. */
public record Dependency(State state, String detail) {

  /** Whether a dependency can be used. */
  public enum State {
    UP,
    DOWN
  }

  /** A usable dependency. */
  public static Dependency up() {
    return new Dependency(State.UP, "");
  }

  /** An unusable dependency and why, in words an operator can act on. */
  public static Dependency down(String detail) {
    return new Dependency(State.DOWN, detail);
  }
}
