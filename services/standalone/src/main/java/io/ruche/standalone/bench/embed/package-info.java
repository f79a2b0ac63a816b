/** {@code ./ruche bench embed}: the engine and the index of embed-service. */
@NullMarked
package io.ruche.standalone.bench.embed;

import org.jspecify.annotations.NullMarked;
