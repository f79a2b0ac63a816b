package io.ruche.aiproxy.guard;

import io.ruche.aiproxy.guard.redact.EventRestorer;
import io.ruche.aiproxy.guard.redact.Placeholders;
import io.ruche.aiproxy.guard.redact.WholeRestorer;
import io.ruche.aiproxy.upstream.ChatRequest;
import io.ruche.aiproxy.upstream.Reader;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A request as it goes on from the guard.
 *
 * @param body what {@code request} was read from
 * @param redacted at how many places something was replaced
 * @param placeholders what the answer is restored with; null where it stays as it is
 */
public record Guarded(
    ChatRequest request, Buffer body, int redacted, @Nullable Placeholders placeholders) {

  /** What the answer is to be given to, so that the reader has it restored. */
  public Reader restoring(Reader reader) {
    Placeholders restored = placeholders;
    return restored == null
        ? reader
        : new RestoringReader(
            reader, events -> events ? new EventRestorer(restored) : new WholeRestorer(restored));
  }
}
