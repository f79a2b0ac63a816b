/**
 * What can be asked of a model: each operation's request as it is read from a client's bytes, sent
 * to a target and metered.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.operation;
