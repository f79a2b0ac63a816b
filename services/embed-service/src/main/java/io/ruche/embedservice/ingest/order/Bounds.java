package io.ruche.embedservice.ingest.order;

/**
 * What one document may be.
 *
 * @param mostCharacters of its text
 * @param mostChunks that it may have
 * @param mostDocuments that a tenant may have
 */
public record Bounds(int mostCharacters, int mostChunks, long mostDocuments) {}
