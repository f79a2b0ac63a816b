/** The durable half of the bus: streams, consumer groups and the scripts that commit to them. */
@org.jspecify.annotations.NullMarked
package io.ruche.bus.redis;
