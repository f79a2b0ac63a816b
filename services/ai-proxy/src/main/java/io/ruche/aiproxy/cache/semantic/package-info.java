/** Messages that mean the same: their embeddings, and which of those that are known is nearest. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.cache.semantic;
