/** Readers of formats that are text already, and of rows of values. Plain Java. */
@NullMarked
package io.ruche.embedservice.parse.plain;

import org.jspecify.annotations.NullMarked;
