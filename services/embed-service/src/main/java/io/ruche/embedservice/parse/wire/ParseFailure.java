package io.ruche.embedservice.parse.wire;

/**
 * Why there is no text of a file. The message is for the sender of the file: what is wrong, where
 * in the file, and what would be right. It holds nothing of the file's text.
 */
public final class ParseFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The causes; their names never change their meaning. */
  public enum Cause {
    /** It is none of the formats that are read. */
    UNSUPPORTED_TYPE,
    /** It needs a password. */
    ENCRYPTED,
    /** It has more text than allowed. */
    TOO_LARGE_OUTPUT,
    /** It unpacks to more than allowed, as zip bombs do. */
    EXPANDS_TOO_MUCH,
    TOO_MANY_PAGES,
    /** Its parts are nested deeper than allowed. */
    TOO_DEEP,
    /** It needs more memory than a parsing process has. */
    OUT_OF_MEMORY,
    /** It takes more time than allowed. */
    TIMED_OUT,
    /** It is not what its format says. */
    BROKEN,
    /** It is right and has no text. */
    NO_TEXT,
    /** Its process ended without a word: the file's doing or the machine's. */
    CRASHED,
    /** Parsing is not possible now, whatever the file. */
    UNAVAILABLE;

    /** Whether the same file can succeed later. */
    public boolean passes() {
      return this == UNAVAILABLE || this == CRASHED;
    }
  }

  private final Cause reason;

  /** A failure with a sentence for the sender of the file. */
  public ParseFailure(Cause reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** The cause. */
  public Cause reason() {
    return reason;
  }

  /** The sentence for the sender of the file. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
