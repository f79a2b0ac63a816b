/** Connections to the stores, which may come late, go, and come back without a restart. */
@org.jspecify.annotations.NullMarked
package io.ruche.store;
