package io.ruche.aiproxy.cache.semantic;

/**
 * An answer to a message that means the same.
 *
 * @param answer its key
 * @param similarity of the two messages, at least the threshold
 */
public record Neighbour(String answer, double similarity) {}
