package io.ruche.aiproxy.operation;

import io.ruche.aiproxy.usage.Usage;
import io.ruche.aiproxy.usage.UsageScanner;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Reads the tokens that an answer tells, and counts what is written in it for the estimate. */
final class TokenMeter implements Meter {

  private final UsageScanner scanner = new UsageScanner();
  private final long inputTokens;

  TokenMeter(long inputTokens) {
    this.inputTokens = inputTokens;
  }

  @Override
  public void feed(Buffer bytes) {
    scanner.feed(bytes.getBytes());
  }

  @Override
  public @Nullable Usage told() {
    return scanner.told();
  }

  @Override
  public Usage estimated() {
    return Usage.estimated(inputTokens, scanner.estimatedOutput());
  }
}
