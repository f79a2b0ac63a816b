/** Readers of formats, in a parsing process. Plain Java. */
@NullMarked
package io.ruche.embedservice.parse.read;

import org.jspecify.annotations.NullMarked;
