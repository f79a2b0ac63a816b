package io.ruche.aiproxy.ledger;

import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Outcome;
import io.ruche.aiproxy.ledger.entry.Source;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import java.time.Instant;

/** Requests as the gateway tells them. */
public final class Samples {

  private Samples() {}

  /** A chat over HTTP of the key {@code koff.app} that came now. */
  public static Start start(String id) {
    return start(id, "koff", "app", "llama-3.3-70b-versatile", Instant.now());
  }

  public static Start start(String id, String tenant, String client, String model, Instant at) {
    return new Start(
        id, at, tenant, client, Source.HTTP, null, "chat", model, true, 100, 500, 60_000);
  }

  /** An answer of 12 and 34 tokens for 4,242 nano-dollars. */
  public static End end() {
    return end(4_242);
  }

  public static End end(long nanoDollars) {
    return new End(
        "groq",
        "llama-3.3-70b-versatile",
        200,
        Outcome.OK,
        12,
        4,
        34,
        UsageSource.PROVIDER,
        nanoDollars,
        1_500,
        20_000);
  }
}
