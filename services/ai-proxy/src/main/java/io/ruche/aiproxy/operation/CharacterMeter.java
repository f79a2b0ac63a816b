package io.ruche.aiproxy.operation;

import io.ruche.aiproxy.usage.Usage;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** For speech, which is billed by the text it was made of: the answer tells nothing. */
final class CharacterMeter implements Meter {

  private final Usage usage;

  CharacterMeter(Usage usage) {
    this.usage = usage;
  }

  @Override
  public void feed(Buffer bytes) {}

  @Override
  public @Nullable Usage told() {
    return null;
  }

  @Override
  public Usage estimated() {
    return usage;
  }
}
