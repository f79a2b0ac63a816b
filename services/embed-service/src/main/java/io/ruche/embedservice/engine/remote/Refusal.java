package io.ruche.embedservice.engine.remote;

import java.util.Locale;
import java.util.regex.Pattern;

/** The server will not have these texts, and would not have them later. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final Pattern TOO_LONG =
      Pattern.compile("context|too long|too large|maximum|exceed|max_|token limit");

  private final int status;

  Refusal(int status, String said) {
    super(said, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }

  String said() {
    return String.valueOf(getMessage());
  }

  /** Whether it is likely that a text was too long for it. */
  boolean tooLong() {
    return status == 413 || TOO_LONG.matcher(said().toLowerCase(Locale.ROOT)).find();
  }
}
