/** Tests of embeddings and reranking over HTTP. */
@org.jspecify.annotations.NullMarked
package io.ruche.embedservice.http.embeddings;
