package io.ruche.aiproxy.ledger.journal;

/** There is no room for another request. An expected answer, so without a stack trace. */
public final class JournalFullException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  JournalFullException(String reason) {
    super(reason, null, false, false);
  }
}
