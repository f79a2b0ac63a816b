/** Circuit breakers: a provider that has failed is left alone for a while. Plain Java. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.routing.circuit;
