/** Tests of how texts are cut into tokens. */
@org.jspecify.annotations.NullMarked
package io.ruche.embedservice.engine.token;
