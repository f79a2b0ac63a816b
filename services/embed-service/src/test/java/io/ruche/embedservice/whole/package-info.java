/** The whole service in a process of its own, with its real parts. */
@NullMarked
package io.ruche.embedservice.whole;

import org.jspecify.annotations.NullMarked;
