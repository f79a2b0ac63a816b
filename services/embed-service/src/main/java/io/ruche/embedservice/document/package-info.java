/** A document as text: its pages, headings and chunks. Plain Java. */
@NullMarked
package io.ruche.embedservice.document;

import org.jspecify.annotations.NullMarked;
