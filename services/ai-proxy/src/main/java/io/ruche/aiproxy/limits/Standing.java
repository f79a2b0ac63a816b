package io.ruche.aiproxy.limits;

import java.time.Duration;

/**
 * Where a limit stands, as far as this process knows.
 *
 * @param reset until nothing of it is used, if nobody asks any more
 */
public record Standing(long limit, long remaining, Duration reset) {}
