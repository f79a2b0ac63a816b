package io.ruche.aiproxy.telemetry;

import io.ruche.aiproxy.ledger.entry.End;
import org.jspecify.annotations.Nullable;

/** The attribute {@code error.type}, of a closed set. */
final class ErrorType {

  private static final int LOWEST = 300;
  private static final int HIGHEST = 599;

  /** Made once, since an error is no reason to allocate. */
  private static final String[] STATUSES = statuses();

  private ErrorType() {}

  private static String[] statuses() {
    String[] words = new String[HIGHEST + 1 - LOWEST];
    for (int i = 0; i < words.length; i++) {
      words[i] = Integer.toString(LOWEST + i);
    }
    return words;
  }

  /**
   * Why a request failed: the provider's status, a code of {@code UpstreamFault}, or the ledger's
   * word; empty when it did not.
   *
   * @param fault the code of the failure that its client was told; null for none
   */
  static String of(End end, @Nullable String fault) {
    return switch (end.outcome()) {
      case OK, CACHED -> "";
      case REFUSED_BY_PROVIDER -> ofStatus(end.status());
      case PROVIDER_FAILED -> fault == null ? end.outcome().word() : fault;
      case CLIENT_LEFT, FAILED, INTERRUPTED -> end.outcome().word();
    };
  }

  static String ofStatus(int status) {
    return status >= LOWEST && status <= HIGHEST ? STATUSES[status - LOWEST] : ModelNames.OTHER;
  }
}
