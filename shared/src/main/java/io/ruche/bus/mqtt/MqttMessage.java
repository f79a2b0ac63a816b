package io.ruche.bus.mqtt;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT message with the MQTT 5 properties that mean something here.
 *
 * @param qos 0 or 1 as it was delivered, or is to be published
 * @param attributes user properties, lower-case names; of a name that stands twice the last
 * @param expirySeconds message expiry interval
 */
record MqttMessage(
    String topic,
    Buffer payload,
    int qos,
    boolean retained,
    Map<String, String> attributes,
    @Nullable String contentType,
    @Nullable String responseTopic,
    @Nullable Buffer correlationData,
    @Nullable Long expirySeconds) {}
