/** embed-service killed while it works. */
@NullMarked
package io.ruche.embedservice.kill;

import org.jspecify.annotations.NullMarked;
