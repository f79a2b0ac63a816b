/** Tests of who may use the cores when. */
@org.jspecify.annotations.NullMarked
package io.ruche.embedservice.engine.schedule;
