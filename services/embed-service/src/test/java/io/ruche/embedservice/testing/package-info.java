/** Simple parts that stand in for the engine, the parser and the index. */
@NullMarked
package io.ruche.embedservice.testing;

import org.jspecify.annotations.NullMarked;
