package io.ruche.embedservice.engine;

/**
 * A model of embeddings.
 *
 * @param name as clients give it, such as {@code bge-small-en-v1.5}
 * @param identity of the weights and of how they are used: vectors are kept and compared by it
 * @param dimensions of its vectors
 * @param mostTokens of one text, its own marks included
 */
public record EmbeddingModel(String name, String identity, int dimensions, int mostTokens) {}
