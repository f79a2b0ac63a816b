/** How the parts of a process start, stop and say whether they are ready. */
@org.jspecify.annotations.NullMarked
package io.ruche.lifecycle;
