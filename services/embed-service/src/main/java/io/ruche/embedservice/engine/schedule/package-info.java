/** Who may use the cores when. */
@NullMarked
package io.ruche.embedservice.engine.schedule;

import org.jspecify.annotations.NullMarked;
