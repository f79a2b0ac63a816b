/** Tests of the command {@code chat}. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.events;
