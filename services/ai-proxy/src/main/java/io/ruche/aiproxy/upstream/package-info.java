/**
 * The provider: how it is reached, what it is asked, one call from connecting to its last byte, and
 * the closed set of ways in which a call fails.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.upstream;
