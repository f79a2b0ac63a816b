/** A search as it is asked for and answered, over HTTP and by command. */
@NullMarked
package io.ruche.embedservice.query;

import org.jspecify.annotations.NullMarked;
