package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.guard.Guarded;
import io.ruche.aiproxy.limits.Need;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.usage.Usage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request that is being let in.
 *
 * @param guarded what the guard has made of it; null where it passed as it was
 * @param catalog the one that it was checked by, and is sent by
 * @param tariff what it may cost on its route
 * @param most what it may use at most, which {@code need} reserves
 * @param at when it came
 * @param beganNanos the same on {@link System#nanoTime}
 */
record Intake(
    Ask ask,
    @Nullable Guarded guarded,
    Catalog catalog,
    Tariff tariff,
    Usage most,
    Need need,
    Instant at,
    long beganNanos) {}
