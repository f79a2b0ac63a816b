package io.ruche.metrics;

import org.jspecify.annotations.Nullable;

/** One piece of work in a trace. Ended once; thread-safe. */
public interface Span {

  /** On which side of a hop the work is. */
  enum Kind {
    SERVER,
    CLIENT,
    PRODUCER,
    CONSUMER,
    INTERNAL
  }

  /**
   * The W3C traceparent to send along with what this work asks of others. With tracing off it is
   * the one that came in, so that a trace passes through unharmed; null when there was none.
   */
  @Nullable String traceparent();

  /** The trace that {@link #traceparent} names: 32 hexadecimal digits, or null without one. */
  default @Nullable String traceId() {
    String parent = traceparent();
    return parent == null || parent.length() < 35 ? null : parent.substring(3, 35);
  }

  /** Renames the work, once what it is about is known. */
  void name(String name);

  /** Adds an attribute; never a secret, a prompt or a body. */
  void attribute(String key, String value);

  /** Adds a numeric attribute. */
  void attribute(String key, long value);

  /** Marks the work as failed, with a reason that has no secret. */
  void fail(String reason);

  /** Ends the work now. */
  void end();
}
