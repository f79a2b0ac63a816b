/** Tests of engines as they are configured. */
@org.jspecify.annotations.NullMarked
package io.ruche.embedservice.engine.assembly;
