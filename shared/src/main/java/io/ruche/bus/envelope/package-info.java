/**
 * What travels: the envelope of a message, its names, and how it is read from what a client sent.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.bus.envelope;
