/** The command {@code chat}: what it accepts, and what the provider's answer means for it. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.events;
