package io.ruche.embedservice.document;

/**
 * A page, slide or sheet, as a range of the document's text.
 *
 * @param number from 1
 * @param start first character
 * @param end behind the last character
 */
public record Page(int number, int start, int end) {}
