/**
 * Durable commands and events: what a service declares and publishes. MQTT and Redis stay in the
 * packages below.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.bus;
