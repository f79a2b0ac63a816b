/** Where chunks are searched: one interface, two stores. */
@NullMarked
package io.ruche.embedservice.index;

import org.jspecify.annotations.NullMarked;
