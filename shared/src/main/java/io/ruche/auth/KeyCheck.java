package io.ruche.auth;

/** What became of a presented key. */
public sealed interface KeyCheck {

  /** The key is live. */
  record Valid(ApiKey key) implements KeyCheck {}

  /**
   * The key is not accepted.
   *
   * @param reason one sentence for the one who presented it, without the key
   */
  record Refused(Cause cause, String reason) implements KeyCheck {}

  /** Why a key is not accepted. */
  enum Cause {
    /** Not the text of a key: wrong shape or checksum. */
    MALFORMED,
    /** The text of a key, but of none that is live. */
    UNKNOWN,
    REVOKED,
    EXPIRED,
    /** Nothing is known for sure now, because the stores have been away for too long. */
    UNVERIFIABLE
  }
}
