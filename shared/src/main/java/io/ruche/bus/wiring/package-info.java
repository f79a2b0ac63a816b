/** Puts the halves of the bus together, for one service and all brokers and Redis it serves. */
@org.jspecify.annotations.NullMarked
package io.ruche.bus.wiring;
