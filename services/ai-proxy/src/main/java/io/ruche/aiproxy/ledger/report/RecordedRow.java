package io.ruche.aiproxy.ledger.report;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the ledger, as others hear of it.
 *
 * @param id unique for ever
 * @param at when the request came
 * @param client the name of the key
 * @param commandId the command that asked for it; null for HTTP
 * @param provider null when none was asked
 * @param status null when there was none
 * @param outcome as rows spell it: {@code ok}, {@code client_left}, ...
 * @param usageSource {@code provider}, {@code estimated} or {@code none}
 * @param nanoDollars 1 USD is 1,000,000,000
 */
public record RecordedRow(
    String id,
    Instant at,
    String tenant,
    String client,
    String source,
    @Nullable String commandId,
    String operation,
    String model,
    @Nullable String provider,
    @Nullable String upstreamModel,
    @Nullable Integer status,
    String outcome,
    long inputTokens,
    long cachedTokens,
    long outputTokens,
    String usageSource,
    long nanoDollars) {}
