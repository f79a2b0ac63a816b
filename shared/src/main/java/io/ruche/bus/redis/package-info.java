/** The durable half of the bus: taking commands in, the event log, and the upkeep of both. */
@org.jspecify.annotations.NullMarked
package io.ruche.bus.redis;
