/** Benchmarks as users run them: figures beside what the parts reach alone, in the same run. */
@org.jspecify.annotations.NullMarked
package io.ruche.standalone.bench;
