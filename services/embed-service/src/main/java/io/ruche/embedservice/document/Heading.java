package io.ruche.embedservice.document;

/**
 * A heading, as a range of the document's text.
 *
 * @param level from 1, the highest
 * @param start first character
 * @param end behind the last character
 */
public record Heading(int level, int start, int end) {}
