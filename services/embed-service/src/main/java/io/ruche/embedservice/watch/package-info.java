/** Objects of S3 that are documents by lying below a prefix. */
@NullMarked
package io.ruche.embedservice.watch;

import org.jspecify.annotations.NullMarked;
