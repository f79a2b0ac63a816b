/**
 * The {@code /v1} paths: one handler per route, the relay of the provider's answer to the client,
 * and OpenAI's error object. {@code RoutingContext} stops here.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.http;
