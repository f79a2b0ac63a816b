package io.ruche.embedservice.search;

import java.util.List;
import java.util.Map;

/**
 * A chunk as the registry has it.
 *
 * @param document the caller's id of its document
 * @param title of the document; empty when it has none
 * @param firstPage on which it begins, from 1
 * @param lastPage on which it ends
 * @param start its first character in the document's text
 * @param end behind its last character
 * @param headings under which it stands, the highest first
 * @param text of that range
 * @param language of the document, two letters; empty when unknown
 * @param metadata of the document
 */
public record Passage(
    String document,
    String title,
    int firstPage,
    int lastPage,
    int start,
    int end,
    List<String> headings,
    String text,
    String language,
    Map<String, Object> metadata) {}
