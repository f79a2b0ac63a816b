package io.ruche.embedservice.document;

import java.util.List;

/**
 * What was read out of a file. All ranges are of {@code text}, in Java characters.
 *
 * @param text the whole, with line feeds; no other control character than tab
 * @param pages in order, none overlapping; one for what has no pages
 * @param headings in order
 * @param title as the file says; empty when it does not
 * @param notes what the reader of the file is to know, such as pages without text
 */
public record ParsedText(
    String text, List<Page> pages, List<Heading> headings, String title, List<String> notes) {}
