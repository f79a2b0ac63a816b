/**
 * Streams and their consumer groups: keys, fields, batched writes, who is alive and who holds what.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.bus.redis.stream;
