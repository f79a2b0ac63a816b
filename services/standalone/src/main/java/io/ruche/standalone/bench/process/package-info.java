/** The processes of a benchmark: how they are started, asked, measured and surely ended. */
@org.jspecify.annotations.NullMarked
package io.ruche.standalone.bench.process;
