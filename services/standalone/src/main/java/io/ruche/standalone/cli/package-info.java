/**
 * The commands of {@code ./ruche} but {@code up}: each talks to the stores of a Ruche that runs.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.standalone.cli;
