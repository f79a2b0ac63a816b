package io.ruche.aiproxy.ledger.report;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * One sum. What the query did not tell apart is null.
 *
 * @param estimatedRequests those of the requests whose tokens Ruche reckoned
 * @param inputTokens the cached ones included
 */
public record UsageRow(
    @Nullable LocalDate day,
    @Nullable String tenant,
    @Nullable String key,
    @Nullable String model,
    long requests,
    long estimatedRequests,
    long inputTokens,
    long cachedTokens,
    long outputTokens,
    long nanoDollars) {

  static final UsageRow ZERO = new UsageRow(null, null, null, null, 0, 0, 0, 0, 0, 0);

  /** The numbers of both, told apart by nothing. */
  UsageRow plus(UsageRow other) {
    return new UsageRow(
        null,
        null,
        null,
        null,
        requests + other.requests,
        estimatedRequests + other.estimatedRequests,
        inputTokens + other.inputTokens,
        cachedTokens + other.cachedTokens,
        outputTokens + other.outputTokens,
        nanoDollars + other.nanoDollars);
  }

  /** The cost in US dollars, exact: {@code 0.000123}. */
  public String usd() {
    BigDecimal usd = BigDecimal.valueOf(nanoDollars, 9).stripTrailingZeros();
    return usd.signum() == 0 ? "0" : usd.toPlainString();
  }
}
