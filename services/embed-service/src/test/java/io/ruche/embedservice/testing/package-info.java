/**
 * The service as tests run it: with simple parts that stand in for the engine, the parser and the
 * index, or whole in a process of its own.
 */
@NullMarked
package io.ruche.embedservice.testing;

import org.jspecify.annotations.NullMarked;
