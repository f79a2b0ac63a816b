/** PDF: text, headings by size, text recognition of pages without text. Plain Java. */
@NullMarked
package io.ruche.embedservice.parse.pdf;

import org.jspecify.annotations.NullMarked;
