/**
 * The providers: how they are reached, what they are asked, one call from connecting to its last
 * byte, the attempts of one request until somebody answers it, and the closed set of ways in which
 * that fails.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.upstream;
