/** The edge to HTTP. */
@NullMarked
package io.ruche.embedservice.http;

import org.jspecify.annotations.NullMarked;
