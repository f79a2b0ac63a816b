/** What is known of documents, in PostgreSQL: the truth that the index is a copy of. */
@NullMarked
package io.ruche.embedservice.registry;

import org.jspecify.annotations.NullMarked;
