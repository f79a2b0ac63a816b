/** What the Compose files of {@code compose/} need beside themselves: settings and secrets. */
@NullMarked
package io.ruche.standalone.stack;

import org.jspecify.annotations.NullMarked;
