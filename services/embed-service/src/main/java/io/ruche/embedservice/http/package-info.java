/** Documents, jobs, search and answers over HTTP. */
@NullMarked
package io.ruche.embedservice.http;

import org.jspecify.annotations.NullMarked;
