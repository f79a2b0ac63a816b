package io.ruche.bus.redis;

import io.ruche.bus.Envelope;
import io.ruche.bus.JobState;
import io.ruche.bus.Payload;
import java.util.List;

/**
 * How a delivery ended for good, ready to be committed.
 *
 * @param reason why, for everything but {@code DONE}
 * @param events what is published with it, the reply included
 */
record Ending(
    Delivery delivery, JobState state, String reason, Payload result, List<Envelope> events) {}
