/** What is to be indexed, and what became of it. */
@NullMarked
package io.ruche.embedservice.ingest.order;

import org.jspecify.annotations.NullMarked;
