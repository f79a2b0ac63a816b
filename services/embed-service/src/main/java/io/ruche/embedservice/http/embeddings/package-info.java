/** Embeddings as OpenAI's API has them, and reranking as Cohere's and Jina's have it. */
@NullMarked
package io.ruche.embedservice.http.embeddings;

import org.jspecify.annotations.NullMarked;
