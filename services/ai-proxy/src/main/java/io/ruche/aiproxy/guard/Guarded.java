package io.ruche.aiproxy.guard;

import io.ruche.aiproxy.guard.redact.EventRestorer;
import io.ruche.aiproxy.guard.redact.Placeholders;
import io.ruche.aiproxy.guard.redact.WholeRestorer;
import io.ruche.aiproxy.operation.JsonRequest;
import io.ruche.aiproxy.upstream.Reader;
import org.jspecify.annotations.Nullable;

/**
 * A request as it goes on from the guard.
 *
 * @param redacted at how many places something was replaced
 * @param placeholders what the answer is restored with; null where it stays as it is
 */
public record Guarded(JsonRequest request, int redacted, @Nullable Placeholders placeholders) {

  /** What the answer is to be given to, so that the reader has it restored. */
  public Reader restoring(Reader reader) {
    Placeholders restored = placeholders;
    return restored == null
        ? reader
        : new RestoringReader(
            reader, events -> events ? new EventRestorer(restored) : new WholeRestorer(restored));
  }
}
