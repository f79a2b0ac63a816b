/**
 * The HTTP edge of a service: a server with stated limits, one failure type with one mapper,
 * request ids, an access log without secrets, and the management server.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.http;
