/** How the log is written: lines for people, or JSON for machines. */
@org.jspecify.annotations.NullMarked
package io.ruche.logging;
