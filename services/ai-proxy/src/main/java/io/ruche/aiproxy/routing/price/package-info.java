/** What models cost: plain values and their lookup by day. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.routing.price;
