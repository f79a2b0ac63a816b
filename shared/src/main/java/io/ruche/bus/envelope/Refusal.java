package io.ruche.bus.envelope;

import org.jspecify.annotations.Nullable;

/**
 * A message that can never become a command, however often it is sent. It is answered with the
 * event {@code command-refused} and is not receipted.
 */
public final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why, as programs read it; the HTTP status that says the same. */
  public enum Reason {
    BAD_TOPIC(400),
    UNKNOWN_COMMAND(404),
    RETAINED(400),
    TOO_LARGE(413),
    BAD_ID(422),
    BAD_ENVELOPE(422),
    FOREIGN_REPLY_TOPIC(403),
    ID_WITH_OTHER_BODY(409);

    private final int status;

    Reason(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }

    /** The reason in lower snake case, as events and problems carry it. */
    public String code() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Reason reason;
  private final @Nullable String id;

  /**
   * @param detail what was wrong, where, and what would be right
   */
  public Refusal(Reason reason, String detail) {
    this(reason, detail, null);
  }

  private Refusal(Reason reason, String detail, @Nullable String id) {
    super(detail, null, false, false);
    this.reason = reason;
    this.id = id;
  }

  /** The same, of the message with this id, when that is one and none is known yet. */
  public Refusal of(@Nullable String candidate) {
    return id == null && candidate != null && Identifiers.isId(candidate)
        ? new Refusal(reason, detail(), candidate)
        : this;
  }

  /** The id that the sender gave the message, by which it can recognise it; null without one. */
  public @Nullable String id() {
    return id;
  }

  public Reason reason() {
    return reason;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }
}
