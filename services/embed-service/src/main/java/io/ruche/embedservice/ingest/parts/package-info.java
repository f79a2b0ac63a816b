/** What an ingestion is put together from: parsers, chunkers, models and their indexes. */
@NullMarked
package io.ruche.embedservice.ingest.parts;

import org.jspecify.annotations.NullMarked;
