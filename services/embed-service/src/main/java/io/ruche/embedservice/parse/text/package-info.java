/** The one text that is made of a file, and what bounds it. Plain Java. */
@NullMarked
package io.ruche.embedservice.parse.text;

import org.jspecify.annotations.NullMarked;
