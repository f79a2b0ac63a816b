/** Text to chunks, sentences and language. Plain Java. */
@NullMarked
package io.ruche.embedservice.chunk;

import org.jspecify.annotations.NullMarked;
