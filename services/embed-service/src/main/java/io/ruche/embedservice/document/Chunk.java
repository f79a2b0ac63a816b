package io.ruche.embedservice.document;

import java.util.List;

/**
 * A stretch of a document that is found and cited as one: {@code text.substring(start, end)} of the
 * document is its own text.
 *
 * @param ordinal from 0, in the order of the document
 * @param start first character in the document's text
 * @param end behind the last character
 * @param firstPage number of the page on which it begins
 * @param lastPage number of the page on which it ends
 * @param headings under which it stands, the highest first; embedded with it, not part of its text
 * @param text of the range
 */
public record Chunk(
    int ordinal,
    int start,
    int end,
    int firstPage,
    int lastPage,
    List<String> headings,
    String text) {}
