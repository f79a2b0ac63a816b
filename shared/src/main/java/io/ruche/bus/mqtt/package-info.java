/** The MQTT half of the bus: messages in, receipts, events and replies out. */
@org.jspecify.annotations.NullMarked
package io.ruche.bus.mqtt;
