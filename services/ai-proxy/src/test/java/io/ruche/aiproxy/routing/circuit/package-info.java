/** Tests of the circuit breaker. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.routing.circuit;
