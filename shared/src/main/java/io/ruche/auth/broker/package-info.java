/** What an API key may do on an MQTT broker. */
@org.jspecify.annotations.NullMarked
package io.ruche.auth.broker;
