package io.ruche.embedservice.index.text;

/**
 * A word of a text.
 *
 * @param text as it is compared: without accents, elision or endings
 * @param start its first character in the text
 * @param end behind its last character
 * @param common a word that says nothing by itself, such as "the"
 */
public record Term(String text, int start, int end, boolean common) {}
