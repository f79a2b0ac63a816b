/** What embed-service reaches on this machine, beside what its parts reach alone. */
@org.jspecify.annotations.NullMarked
package io.ruche.standalone.bench.embed;
