package io.ruche.bus.redis.work;

import io.ruche.bus.JobState;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.stream.Delivery;
import java.util.List;

/**
 * How a delivery ended for good, ready to be committed.
 *
 * @param reason why, for everything but {@code DONE}
 * @param events what is published with it, the reply included
 */
public record Ending(
    Delivery delivery, JobState state, String reason, Payload result, List<Envelope> events) {}
