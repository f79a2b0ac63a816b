/** Texts to vectors: engines, and who may use them when. Plain Java below, Futures at its edge. */
@NullMarked
package io.ruche.embedservice.engine;

import org.jspecify.annotations.NullMarked;
