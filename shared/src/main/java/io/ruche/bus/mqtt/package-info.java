/**
 * The MQTT half of the bus: messages in, receipts, events and replies out, and the accounts of keys
 * on a broker that keeps its own.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.bus.mqtt;
