package io.ruche.aiproxy.upstream;

import io.ruche.aiproxy.routing.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one target, up to the beginning of its answer.
 *
 * @param number counted from 1 within the request
 * @param place of the target in the order of those that may be asked, counted from 0: more is a
 *     fallback
 * @param again whether the same target was asked just before
 * @param status that the provider answered with, 0 when it did not
 * @param fault why it did not, null when it did
 * @param took from the attempt's start to the head of the answer, or to the failure
 */
public record Attempt(
    int number,
    int place,
    boolean again,
    Target target,
    int status,
    @Nullable UpstreamFault fault,
    Duration took) {}
