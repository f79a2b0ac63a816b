/** What the service and its parsing processes say to each other. Plain Java. */
@NullMarked
package io.ruche.embedservice.parse.wire;

import org.jspecify.annotations.NullMarked;
