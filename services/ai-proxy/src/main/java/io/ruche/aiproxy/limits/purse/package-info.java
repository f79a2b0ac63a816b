/**
 * What one process holds of a limit that all processes share: grants drawn in advance from the hot
 * Redis, so that most requests are decided without asking it.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.limits.purse;
