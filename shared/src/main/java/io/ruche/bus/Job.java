package io.ruche.bus;

import io.ruche.bus.envelope.Payload;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a command for a day.
 *
 * @param attempts deliveries so far, as far as they were noted
 * @param reason why it failed, expired, or was last retried; empty otherwise
 * @param result the handler's result, or the error of a failed one; null before the end
 */
public record Job(
    Receipt receipt,
    String command,
    JobState state,
    int attempts,
    String reason,
    @Nullable Payload result) {}
