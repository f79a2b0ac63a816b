package io.ruche.embedservice.parse.pdf;

/**
 * A line of a page.
 *
 * @param text of it
 * @param size of most of its letters, in tenths of a point
 * @param bold whether most of its letters are
 * @param opensParagraph whether a paragraph begins with it
 */
record Line(String text, int size, boolean bold, boolean opensParagraph) {}
