/**
 * API keys: their text, their storage, the ring of live keys every process holds in memory, their
 * rate limits, and what they may do on a broker.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.auth;
