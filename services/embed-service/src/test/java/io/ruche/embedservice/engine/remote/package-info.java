/** Tests of models elsewhere. */
@org.jspecify.annotations.NullMarked
package io.ruche.embedservice.engine.remote;
