/** Vectors. Plain Java. */
@NullMarked
package io.ruche.embedservice.vector;

import org.jspecify.annotations.NullMarked;
