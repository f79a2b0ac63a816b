/** The commands as their published contract has them. */
@NullMarked
package io.ruche.embedservice.events;

import org.jspecify.annotations.NullMarked;
