/** Puts an engine together as it is configured. */
@NullMarked
package io.ruche.embedservice.engine.assembly;

import org.jspecify.annotations.NullMarked;
