package io.ruche.aiproxy.guard.redact;

import io.ruche.aiproxy.guard.find.Kind;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A body without the personal data that was found in it.
 *
 * @param body the same in every byte but for what was replaced
 * @param counts how many places were replaced, by kind
 * @param placeholders to restore with; null where nothing is to be restored
 */
public record Redaction(
    Buffer body, Map<Kind, Integer> counts, @Nullable Placeholders placeholders) {

  /** How many places were replaced. */
  public int count() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
