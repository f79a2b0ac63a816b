/** The store for production: Qdrant, one collection a model generation, for all spaces. */
@NullMarked
package io.ruche.embedservice.index.qdrant;

import org.jspecify.annotations.NullMarked;
