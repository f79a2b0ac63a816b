/**
 * The embedded MQTT broker: HiveMQ CE in this process, which asks {@link
 * io.ruche.standalone.broker.BrokerAccess} who may connect, publish and subscribe.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.standalone.broker;
