/** From a file to chunks that are found: every step may be done again, and is done once. */
@NullMarked
package io.ruche.embedservice.ingest;

import org.jspecify.annotations.NullMarked;
