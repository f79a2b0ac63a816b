/** Start, stop and readiness of the parts of a process. */
@org.jspecify.annotations.NullMarked
package io.ruche.lifecycle;
