package io.ruche.aiproxy.ledger.entry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request that is about to be sent to a provider.
 *
 * @param id unique for ever, so minted here (a ULID) and never taken from a client: a second row
 *     with the same id is taken for the same request and is not written
 * @param at when it came; decides the day it is counted for; kept to the microsecond
 * @param client the name of the key
 * @param commandId the command that asked for it; null for HTTP
 * @param operation {@code chat}, {@code transcription}, ...
 * @param model as the client asked for it; cut at 256 bytes of UTF-8
 * @param reservedInputTokens what is charged when the process ends before the request does
 * @param reservedNanoDollars likewise
 */
public record Start(
    String id,
    Instant at,
    String tenant,
    String client,
    Source source,
    @Nullable String commandId,
    String operation,
    String model,
    boolean stream,
    long reservedInputTokens,
    long reservedOutputTokens,
    long reservedNanoDollars) {

  /** Rejects ids that are not 1 to 64 characters long and numbers below zero. */
  public Start {
    if (id.isEmpty() || id.length() > 64) {
      throw new IllegalArgumentException("an id has 1 to 64 characters, not " + id.length());
    }
    if (reservedInputTokens < 0 || reservedOutputTokens < 0 || reservedNanoDollars < 0) {
      throw new IllegalArgumentException("a reservation is never below 0");
    }
  }

  /** How it counts when the process ended in its middle: everything reserved was used. */
  public End interrupted() {
    return new End(
        null,
        null,
        0,
        Outcome.INTERRUPTED,
        reservedInputTokens,
        0,
        reservedOutputTokens,
        UsageSource.ESTIMATED,
        reservedNanoDollars,
        End.UNKNOWN,
        End.UNKNOWN);
  }
}
