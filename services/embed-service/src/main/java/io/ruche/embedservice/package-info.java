/** Documents in, answers with page and place out. */
@NullMarked
package io.ruche.embedservice;

import org.jspecify.annotations.NullMarked;
