/** Tests of the shared library as a whole. */
@org.jspecify.annotations.NullMarked
package io.ruche;
