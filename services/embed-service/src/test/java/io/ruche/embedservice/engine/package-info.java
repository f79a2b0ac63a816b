/** Tests of engines. */
@org.jspecify.annotations.NullMarked
package io.ruche.embedservice.engine;
