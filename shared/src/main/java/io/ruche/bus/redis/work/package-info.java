/** From a delivered command to its committed end: lanes, ordered partitions, attempts. */
@org.jspecify.annotations.NullMarked
package io.ruche.bus.redis.work;
